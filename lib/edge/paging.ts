import type { Caller, SubjectCaller } from '../callers/authenticate.ts';
import { ForgebridgeError } from '../errors.ts';
import { defined } from '../primitives/defined.ts';
import type { Page, PageRequest } from '../providers/provider.ts';
import { digest, digestLength } from '../storage/keys.ts';
import type { Call } from './endpoint.ts';

/** A call of a list that is given in pages. */
export type ListCall = Call & {
  readonly query: PageRequest;
  readonly caller: Caller | SubjectCaller;
};

/**
 * One page of a list, as it is sent. Its cursor is good for this list alone: these items, this filter,
 * this subject.
 *
 * @throws ForgebridgeError `InvalidInput` for a cursor that this list did not hand out.
 */
export async function pageOf<Item, View>(
  call: ListCall,
  list: (page: PageRequest) => Promise<Page<Item>>,
  view: (item: Item) => View,
): Promise<{ readonly items: readonly View[]; readonly next?: string }> {
  const { cursor } = call.query;
  const asked = cursor === undefined ? undefined : opened(call, cursor);
  const { items, next } = await list(defined({ cursor: asked }));
  const sent = next === undefined ? undefined : mark(call, next) + encoded(next);
  return { items: items.map(view), ...defined({ next: sent }) };
}

function opened(call: ListCall, cursor: string): string {
  const place = Buffer.from(cursor.slice(digestLength), 'base64url').toString('utf8');
  if (cursor !== mark(call, place) + encoded(place)) {
    throw new ForgebridgeError('InvalidInput', {
      fields: [{ field: 'cursor', problem: 'is none that this list handed out' }],
    });
  }
  return place;
}

function encoded(place: string): string {
  return Buffer.from(place).toString('base64url');
}

/** What a place in this list begins with. No secret: it tells lists apart, not who may read them. */
function mark({ request, query, caller }: ListCall, place: string): string {
  const { cursor: _, ...filter } = query;
  const subject = 'partition' in caller ? caller.partition : '';
  return digest(request.path, JSON.stringify(filter), subject, place);
}
