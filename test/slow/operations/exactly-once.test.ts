import { describe } from 'vitest';
import { exactlyOnce } from '../../lib/operations/exactly-once.ts';

describe('all seeds', () => exactlyOnce(100, 30));
