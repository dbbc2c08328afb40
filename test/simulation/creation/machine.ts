import { readDefinition } from '../../lib/operations/machine.ts';

/** What a state machine needs from the world. */
export interface Surroundings {
  /** Runs the task of that state. @throws Error whose name is what the machine is told. */
  task(state: string, input: Record<string, unknown>): Promise<unknown>;
  sleep(milliseconds: number): Promise<void>;
  random(): number;
  /** Asked before each state: the execution is lost there. */
  isLost(): boolean;
}

type Json = Record<string, unknown>;
interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly MaxAttempts: number;
}
interface Rule {
  readonly And?: readonly Rule[];
  readonly Not?: Rule;
  readonly Variable?: string;
  readonly StringEquals?: string;
  readonly IsPresent?: boolean;
  readonly Next?: string;
}
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly Rule[];
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly Result?: Json;
  readonly SecondsPath?: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly { readonly Next: string; readonly ResultPath: string }[];
}

const definition = readDefinition();
// As far as infra/create-repository.asl.yml goes; a validator reads the whole of it elsewhere.
const states = definition.States as unknown as Readonly<Record<string, State>>;

/** Runs the packaged definition in virtual time, with its retriers and waits as they are. */
export async function runMachine(world: Surroundings, input: Json, name: string): Promise<void> {
  const context = { Execution: { Name: name } };
  let data = input;
  for (let at: string | undefined = definition.StartAt; at !== undefined; ) {
    if (world.isLost()) return;
    const state: State = states[at] ?? { Type: 'Fail' };
    const after = await enter(world, at, state, data, context);
    data = after.data;
    at = after.next;
  }
}

async function enter(
  world: Surroundings,
  at: string,
  state: State,
  data: Json,
  context: Json,
): Promise<{ data: Json; next: string | undefined }> {
  const next = state.Next;
  switch (state.Type) {
    case 'Choice':
      return { data, next: state.Choices?.find((rule) => fits(rule, data))?.Next ?? state.Default };
    case 'Wait':
      await world.sleep(Number(read(data, state.SecondsPath ?? '')) * 1_000);
      return { data, next };
    case 'Pass':
      return { data: placed(data, state.ResultPath, state.Result), next };
    case 'Task':
      try {
        const result = await work(world, at, state, data, context);
        return { data: placed(data, state.ResultPath, result), next };
      } catch (error) {
        const [caught] = state.Catch ?? [];
        const failure = placed(data, caught?.ResultPath, { Error: nameOf(error) });
        return { data: failure, next: caught?.Next };
      }
    default:
      return { data, next: undefined };
  }
}

async function work(world: Surroundings, at: string, state: State, data: Json, context: Json) {
  const tries = new Map<Retrier, number>();
  for (;;) {
    try {
      const result = await world.task(at, filled(state.Parameters ?? {}, data, context));
      const { ResultSelector: selector } = state;
      return selector === undefined ? result : filled(selector, result as Json, context);
    } catch (error) {
      const retrier = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(nameOf(error)));
      const done = retrier === undefined ? 0 : (tries.get(retrier) ?? 0);
      if (retrier === undefined || done >= retrier.MaxAttempts) throw error;
      tries.set(retrier, done + 1);
      const pause = Math.min(
        retrier.MaxDelaySeconds,
        retrier.IntervalSeconds * retrier.BackoffRate ** done,
      );
      await world.sleep(world.random() * pause * 1_000);
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

function read(data: unknown, path: string): unknown {
  const parts = path.split('.').slice(1);
  return parts.reduce((value, part) => (Object(value) as Json)[part], data); // any shape
}

function filled(template: Json, data: Json, context: Json): Json {
  return Object.fromEntries(
    Object.entries(template).map(([key, path]) => {
      const text = String(path);
      const value = text.startsWith('$$') ? read(context, text.slice(1)) : read(data, text);
      if (value === undefined) {
        throw Object.assign(new Error(text), { name: 'States.ParameterPathFailure' });
      }
      return [key.replace(/\.\$$/, ''), value];
    }),
  );
}

function placed(data: Json, path: string | null | undefined, value: unknown): Json {
  return path === null || path === undefined ? data : { ...data, [path.slice(2)]: value };
}

function fits(rule: Rule, data: Json): boolean {
  if (rule.And !== undefined) return rule.And.every((one) => fits(one, data));
  if (rule.Not !== undefined) return !fits(rule.Not, data);
  const value = read(data, rule.Variable ?? '');
  if (rule.IsPresent !== undefined) return (value !== undefined) === rule.IsPresent;
  return value === rule.StringEquals;
}
