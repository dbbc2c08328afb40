import { sendNonsense } from '../http/nonsense.ts';

sendNonsense(1);
