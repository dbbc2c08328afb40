import { describe } from 'vitest';
import { exactlyOnce } from './exactly-once.ts';

describe('a few seeds of test/slow/operations', () => exactlyOnce(2, 1));
