import fc from 'fast-check';
import type { Documented, Found } from '../../infra/local/sandbox/description/description.ts';
import { isList, type Shape } from '../../infra/local/sandbox/description/shape.ts';

/**
 * Answers that a published description allows, and what hosts do beyond it: `null` wherever it may
 * be, optional members left out, members nobody heard of, numbers of another type, long text, other
 * case, words that are new.
 */
export interface Published {
  /** What the call can answer when it succeeds, in this and that form. */
  answers(
    call: Found,
  ): { readonly status: number; readonly body: fc.Arbitrary<unknown> } | undefined;
}

/** How deep objects go in each other. */
const deepest = 3;
const longText = 'ü'.repeat(2_000);

/** Names of members by what they are about, so that an answer is taken and read further. */
const plausible: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  full_name: fc.constantFrom('sandbox-user/notes', 'Sandbox-User/Notes', 'ghost/left'),
  path_with_namespace: fc.constantFrom('sandbox-user/notes', 'a/b/c'),
  full_path: fc.constantFrom('sandbox-org', 'a/b'),
  path: fc.constantFrom('sandbox-org', 'notes'),
  login: fc.constantFrom('sandbox-user', 'SANDBOX-USER'),
  username: fc.constant('sandbox-user'),
  default_branch: fc.constantFrom('main', ''),
  sha: fc.constant('0123456789abcdef0123456789abcdef01234567'),
  import_status: fc.constantFrom('none', 'finished', 'scheduled', 'a_new_word'),
  visibility: fc.constantFrom('public', 'Private', 'secret'),
  version: fc.constantFrom('1.26.0', '11.0.1+gitea-1.22.0', 'v2'),
  created_at: fc.constantFrom('2026-01-01T00:00:00Z', 'yesterday', ''),
};

export function published({ shapes }: Documented, mayBeNull: boolean): Published {
  const kept = new Map<string, fc.Arbitrary<unknown>>();

  function words(shape: string, depth: number): fc.Arbitrary<unknown> {
    const each = shape.split(' | ').map((word) => {
      if (!word.startsWith('#')) return simple(word);
      return depth > deepest ? fc.constant({}) : of(shapes[word.slice(1)] ?? 'any', depth + 1);
    });
    return fc.oneof(...each);
  }

  function of(shape: Shape, depth: number): fc.Arbitrary<unknown> {
    if (typeof shape === 'string') return words(shape, depth);
    if (isList(shape)) {
      return fc.array(fc.oneof({ weight: 5, arbitrary: of(shape[0], depth) }, odd), {
        maxLength: 3,
      });
    }
    const members = Object.entries(shape).map(([name, member]) => {
      const bare = name.replace(/\?$/, '');
      return [bare, name.endsWith('?'), memberOf(bare, member, depth)] as const;
    });
    const required = members.filter(([, optional]) => !optional).map(([name]) => name);
    const fields = Object.fromEntries(members.map(([name, , value]) => [name, value]));
    return fc.record(
      { ...fields, never_heard_of: odd },
      { requiredKeys: required as [], noNullPrototype: true },
    );
  }

  function memberOf(name: string, shape: Shape, depth: number): fc.Arbitrary<unknown> {
    const usual = of(shape, depth);
    const likely = plausible[name] ?? usual;
    return fc.oneof(
      { weight: 6, arbitrary: likely },
      { weight: 3, arbitrary: usual },
      ...(mayBeNull ? [{ weight: 1, arbitrary: fc.constant(null) }] : []),
    );
  }

  return {
    answers({ name, operation }) {
      const status = Object.keys(operation.answers).find((each) => /^2\d\d$/.test(each));
      const shape = status === undefined ? undefined : operation.answers[status];
      if (shape === undefined) return undefined;
      const body = kept.get(name) ?? of(shape, 0);
      kept.set(name, body);
      return { status: Number(status), body };
    },
  };
}

/** What nobody foresaw. */
const odd = fc.constantFrom<unknown>(null, {}, [], 'text', 0, true, { nested: [{ deeper: null }] });

function simple(word: string): fc.Arbitrary<unknown> {
  if (word === 'null') return fc.constant(null);
  if (word === 'boolean') return fc.constantFrom<unknown>(true, false, 'true', 1);
  if (word === 'integer' || word === 'number') {
    return fc.oneof(
      fc.nat(),
      fc.constantFrom<unknown>(9_007_199_254_740_993n.toString(), 2 ** 60, -1, 1.5, '17'),
    );
  }
  if (word === 'object') return fc.constantFrom<unknown>({}, { id: 1, name: 'x' });
  if (word === 'any') return odd;
  if (word.startsWith("'")) {
    const literal = word.slice(1, -1);
    return fc.constantFrom(literal, literal.toUpperCase(), `new_${literal}`);
  }
  return fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('word', 'WORD', '', longText));
}
