import { config } from '../aws/configuration.ts';
import type { Invocation } from '../aws/invocation.ts';
import { type Provider, strategies } from '../providers/provider.ts';
import { iconOf } from '../providers/registry.ts';
import { allProviders, availableProviders, provider } from './configured-providers.ts';

/** What people can connect to, and what it can do. Needs no secret and asks nobody. */
export async function providerOffers(invocation: Invocation) {
  const hosts = availableProviders().map(({ id }) => provider(id, invocation));
  return (await Promise.all(hosts)).map(offerOf);
}

function offerOf({ settings, creation, installations }: Provider) {
  const { id, kind, name, webUrl } = settings;
  const { publicUrl } = config();
  return {
    id,
    kind,
    name,
    webUrl,
    connectUrl: `${publicUrl}/connect/${id}`,
    ...(installations && { installUrl: `${publicUrl}/install/${id}` }),
    abilities: {
      strategies: strategies.filter((strategy) => creation?.[strategy] !== undefined),
      visibilities: creation?.rules.visibilities ?? [],
      settings: creation?.rules.settings ?? [],
      includeAllBranches: creation?.rules.includeAllBranches ?? false,
      forksKeepVisibility: creation?.rules.forksKeepVisibility ?? false,
      deleteOnFailure: creation?.deleteRepository !== undefined,
      installations: installations !== undefined,
      narrowing: installations?.narrowing ?? false,
    },
  };
}

/** A host as the page shows it: what {@link providerOffers} says, and its mark. */
export async function shownHosts(invocation: Invocation) {
  const offers = await providerOffers(invocation);
  return offers.map((offer) => ({ ...offer, icon: hostMark(offer.id) }));
}

/** The mark of that provider. */
export function hostMark(id: string): string {
  const kind = allProviders().find((settings) => settings.id === id)?.kind;
  return kind === undefined ? '' : iconOf(kind);
}
