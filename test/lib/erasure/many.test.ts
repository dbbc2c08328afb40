import { expectAllErased } from './many.ts';

expectAllErased(180);
