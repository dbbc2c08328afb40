const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/**
 * Names under which Windows and its file system find Git's own folder: in any case, by its short name,
 * with dots or spaces behind it, or as a stream of it. Git itself refuses to check these out.
 */
const gitFolder = /^(\.git|git~1)[ .]*(:|$)/i;
const longestPath = 1024;
const longestSegment = 255;

/**
 * What is wrong with each of these paths inside a repository, as far as something is. A path is
 * relative, with forward slashes, stays inside, keeps out of Git's own folder, and neither repeats
 * another one nor lies below it.
 */
export function pathProblems(paths: readonly string[]): { index: number; problem: string }[] {
  const taken = new Set(paths);
  const seen = new Set<string>();
  return paths.flatMap((path, index) => {
    const problem = pathProblem(path) ?? clash(path, taken, seen);
    seen.add(path);
    return problem === undefined ? [] : [{ index, problem }];
  });
}

function pathProblem(path: string): string | undefined {
  if (path === '' || path.length > longestPath)
    return `must be 1 to ${longestPath} characters long`;
  if (hidden.test(path) || path.includes('\\') || path !== path.normalize('NFC')) {
    return 'must not hold control or invisible characters, backslashes or unnormalised letters';
  }
  const segments = path.split('/');
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) {
    return 'must be relative, without empty, "." or ".." parts';
  }
  if (segments.some((segment) => Buffer.byteLength(segment) > longestSegment)) {
    return `must have parts of at most ${longestSegment} bytes`;
  }
  if (segments.some((segment) => gitFolder.test(segment))) return 'must not lie in .git';
  return undefined;
}

function clash(path: string, taken: ReadonlySet<string>, seen: ReadonlySet<string>) {
  if (seen.has(path)) return 'is there twice';
  const segments = path.split('/');
  const above = segments.slice(1).map((_, depth) => segments.slice(0, depth + 1).join('/'));
  return above.some((parent) => taken.has(parent))
    ? 'lies below another file of the list'
    : undefined;
}
