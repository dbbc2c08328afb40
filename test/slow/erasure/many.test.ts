import { expectAllErased } from '../../lib/erasure/many.ts';

expectAllErased(10_000);
