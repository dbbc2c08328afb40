import { describe, expect, test } from 'vitest';
import { requestOf } from '../../../infra/local/aws-requests.ts';
import { conditionKeys } from '../../deploy/condition-keys.ts';

describe('a call to AWS, as policies see it', () => {
  test.each(conditionKeys.map((each) => [each.given, each] as const))(
    'given %s, when it is read, then its condition keys are those of AWS',
    (_, { target, input, keys }) => {
      const { context } = requestOf({ target, input });
      expect({ ...context }).toEqual(keys);
    },
  );
});
