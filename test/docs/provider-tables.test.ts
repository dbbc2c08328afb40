import { expect, test } from 'vitest';
import { pagesWithTables, tablePages } from '../../infra/cli/provider-tables.ts';
import { creatingHosts, hosts } from '../conformance/hosts.ts';

test('given the pages that hold tables of the hosts, when they are compared with the code, then each is as `npm run provider-tables` would write it', async () => {
  const pages = await pagesWithTables();
  expect(pages.map(({ path }) => path)).toEqual(tablePages);
  for (const { path, text, right } of pages) {
    expect(text, `${path} is stale: npm run provider-tables`).toBe(right);
  }
});

test('given each host, when the tables are read, then it has a column, and what it cannot do is a dash', async () => {
  for (const { right } of await pagesWithTables()) {
    const [head = ''] = right.split('<!-- table: ')[1]?.split('\n\n')[1]?.split('\n') ?? [];
    // GitHub has two.
    expect(head.split('|')).toHaveLength(hosts.length + 4);
  }
  expect(creatingHosts.length).toBeLessThan(hosts.length);
});
