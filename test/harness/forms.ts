/** A form as it stands in a page. */
export interface Form {
  readonly method: string;
  /** As written; relative to the page. */
  readonly action: string;
  /** The fields' values as the page gives them; of radio buttons and checkboxes only those checked. */
  readonly fields: Readonly<Record<string, string>>;
  /** Submit buttons by their text. Pressing one sends its name, if it has any. */
  readonly buttons: readonly {
    readonly text: string;
    readonly name?: string;
    readonly value: string;
  }[];
}

/** The forms of an HTML page. Reads what our own pages and the sandbox's write, not all of HTML. */
export function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(
    ([, head = '', content = '']) => {
      const attributes = attributesOf(head);
      return {
        method: (attributes.get('method') ?? 'get').toUpperCase(),
        action: attributes.get('action') ?? '',
        fields: Object.fromEntries([...inputs(content), ...areas(content), ...selects(content)]),
        buttons: buttons(content),
      };
    },
  );
}

/** The addresses that a page's links lead to, as written. */
export function linksOf(html: string): string[] {
  return [...html.matchAll(/<a\b([^>]*)>/gi)].flatMap(([, head = '']) => {
    const href = attributesOf(head).get('href');
    return href === undefined ? [] : [href];
  });
}

function inputs(content: string): [string, string][] {
  return [...content.matchAll(/<input\b([^>]*)>/gi)].flatMap(([, head = '']) => {
    const attributes = attributesOf(head);
    const [name, type] = [attributes.get('name'), attributes.get('type') ?? 'text'];
    const chosen = ['radio', 'checkbox'].includes(type) ? attributes.has('checked') : true;
    if (name === undefined || !chosen || type === 'submit') return [];
    return [[name, attributes.get('value') ?? (type === 'checkbox' ? 'on' : '')]];
  });
}

function areas(content: string): [string, string][] {
  return [...content.matchAll(/<textarea\b([^>]*)>(.*?)<\/textarea>/gis)].flatMap(
    ([, head = '', text = '']) => {
      const name = attributesOf(head).get('name');
      return name === undefined ? [] : [[name, unescaped(text)]];
    },
  );
}

function selects(content: string): [string, string][] {
  return [...content.matchAll(/<select\b([^>]*)>(.*?)<\/select>/gis)].flatMap(
    ([, head = '', body = '']) => {
      const name = attributesOf(head).get('name');
      const options = [...body.matchAll(/<option\b([^>]*)>([^<]*)/gi)].map(
        ([, option = '', text = '']) => {
          const attributes = attributesOf(option);
          return {
            value: attributes.get('value') ?? text.trim(),
            selected: attributes.has('selected'),
          };
        },
      );
      const chosen = options.find(({ selected }) => selected) ?? options[0];
      return name === undefined || chosen === undefined ? [] : [[name, chosen.value]];
    },
  );
}

function buttons(content: string): Form['buttons'] {
  return [...content.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gis)].flatMap(
    ([, head = '', text = '']) => {
      const attributes = attributesOf(head);
      if ((attributes.get('type') ?? 'submit') !== 'submit') return [];
      const name = attributes.get('name');
      return {
        text: unescaped(text.replace(/<[^>]*>/g, '')).trim(),
        ...(name === undefined ? {} : { name }),
        value: attributes.get('value') ?? '',
      };
    },
  );
}

function attributesOf(head: string): Map<string, string> {
  const found = head.matchAll(/([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g);
  return new Map(
    [...found].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      unescaped(double ?? single ?? bare ?? ''),
    ]),
  );
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return entities[name] ?? whole;
  });
}
