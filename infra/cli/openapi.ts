import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../local/template.ts';
import { descriptionFiles } from '../openapi/written-files.ts';

/** `npm run openapi`: writes the description of the API from its table in lib/api. */
for (const [file, content] of descriptionFiles()) writeFileSync(resolve(root, file), content);
