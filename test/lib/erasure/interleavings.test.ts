import { expectNothingLeft } from './interleavings.ts';

expectNothingLeft(20);
