import { expectNothingLeft } from '../../lib/erasure/interleavings.ts';

expectNothingLeft(200);
