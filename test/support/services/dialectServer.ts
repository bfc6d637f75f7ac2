import { promptTokensOf } from "../openRouter/admission";
import { type Answer, composeAnswer } from "../openRouter/answer";
import { type ChatRequest, parseChatRequest } from "../openRouter/chatRequest";
import { type FaultOptions, sse } from "../openRouter/faults";
import type { StreamParts } from "../openRouter/stream";
import type { ReceivedRequest } from "../simulator/receivedRequest";
import { json, type Reply } from "../simulator/reply";
import { SimulatorServer, type SimulatorOptions } from "../simulator/server";
import { type PersistentStep, type RawReply, StepPlan } from "../simulator/stepPlan";
import { type CommonFaultName, commonFaults, type DialectContext } from "./commonFaults";
import type { Completion } from "./completion";
import { type ForeignField, foreignFields, isOpenRouterField, openRouterHeaders } from "./requestFields";
import { Slots } from "./slots";

/** A model of a simulated service, as far as its answers depend on it. */
export interface ServiceModel {
  id: string;
  /** Whether it calls tools. */
  tools?: boolean;
  /** Whether it reads images. */
  vision?: boolean;
  /** Whether it reasons before it answers. */
  reasons?: boolean;
}

export interface DialectOptions extends SimulatorOptions {
  /** 0, the default, selects a free port. */
  port?: number;
}

/** The treatment of a request: a normal answer, a fault, a given answer, or a recording. Plain JSON. */
export type DialectStep<Fault extends string> =
  | "ok"
  | Fault
  | CommonFaultName
  | ({ fault: Fault | CommonFaultName } & FaultOptions)
  | { answer: Partial<Answer> }
  | { reply: RawReply };

/** A chat request that the service accepts, the model that answers, and the prompt as far as the model sees it. */
export interface Admitted<Model> {
  request: ChatRequest;
  model: Model;
  promptTokens: number;
}

/** The simulator of one service's dialect: checks requests, takes the planned steps, and queues for a slot. */
export abstract class DialectServer<Model extends ServiceModel, Fault extends string> extends SimulatorServer {
  /** Descriptions of what should never have been sent: foreign fields and headers, keys, prompts for another computer. */
  readonly violations: string[] = [];
  /** What the list of models shows; tests may change it at any time. */
  models: Model[];
  readonly slots: Slots;
  /** The treatment of each chat request for which no step is planned. */
  unplannedStep: () => DialectStep<Fault> = () => "ok";
  readonly #plan: StepPlan<DialectStep<Fault>>;
  #port = 0;

  constructor(options: DialectOptions, models: readonly Model[], slots = Infinity) {
    super(options);
    this.models = [...models];
    this.slots = new Slots(slots);
    this.#plan = new StepPlan(this.now);
  }

  /** The name of the service in answers. */
  protected abstract readonly service: string;
  /** The path before `/chat/completions`. */
  protected abstract readonly prefix: string;
  /** The fields of a request body that the service defines. */
  protected abstract readonly fields: readonly string[];
  /** The service's own faults. */
  protected abstract readonly faults: Record<Fault, (context: DialectContext) => Reply>;

  /** The reply to a request other than a chat. */
  protected abstract document(received: ReceivedRequest): Reply | Promise<Reply>;
  /** An error in the form of the service. */
  protected abstract error(status: number, message: string): Reply;
  /** The refusal of a field that the service does not define; `undefined` if it ignores such fields. */
  protected abstract refuseField(foreign: ForeignField): Reply | undefined;
  /** The model that answers the request, and the prompt that it gets; or the refusal. */
  protected abstract admit(request: ChatRequest, received: ReceivedRequest): Admitted<Model> | Reply;
  protected abstract stream(completion: Completion): StreamParts;
  protected abstract body(completion: Completion): object;
  protected abstract completionId(): string;
  protected abstract toolCallId(): string;
  /** The refusal of a request without the right key. */
  protected abstract authenticate(received: ReceivedRequest): Reply | undefined;
  /** The refusal of a body that is not a valid chat request. */
  protected invalidBody(problem: string): Reply {
    return this.error(400, problem);
  }
  /** Waits until the model can answer. */
  protected prepare?(model: Model, signal: AbortSignal): Promise<void>;
  /** Adds the headers of the account's limits. */
  protected withHeaders?(reply: Reply, admitted?: Admitted<Model>): Reply;

  /** The base URL for clients, such as `http://127.0.0.1:11434/v1`. */
  get baseUrl(): string {
    return this.url + this.prefix;
  }

  /** Plans the next chat requests, one step each. */
  script(...steps: readonly DialectStep<Fault>[]): void {
    this.#plan.queue(...steps);
  }

  /** Lets chat requests, or those to a `path`, fail until `times` or `forMs` is over, or `clearPersistentSteps` is called. */
  fail(
    fault: Fault | CommonFaultName,
    { times, forMs, model, path, ...options }: FaultOptions & Omit<PersistentStep<unknown>, "step"> = {},
  ): void {
    const limits = { ...(times !== undefined && { times }), ...(forMs !== undefined && { forMs }) };
    const target = { ...(model !== undefined && { model }), ...(path !== undefined && { path }) };
    this.addPersistentStep({ step: { fault, ...options }, ...limits, ...target });
  }

  /** Applies a step to a model, a path, or all chat requests, until it is cleared. */
  addPersistentStep(step: PersistentStep<DialectStep<Fault>>): void {
    this.#plan.addPersistentStep(step);
  }

  /** Clears the persistent steps of a model, or of all models. */
  clearPersistentSteps(model?: string): void {
    this.#plan.clearPersistentSteps(model);
  }

  /** The received requests to a path, without its query. */
  requestsTo(path: string): ReceivedRequest[] {
    return this.requests.filter((each) => each.path === path);
  }

  /** Clears planned steps, requests and violations. Keeps the models and what is loaded. */
  reset(): void {
    this.#plan.reset();
    this.clearRequests();
    this.violations.length = 0;
  }

  /** Closes all connections and refuses new ones until `start`. */
  async stop(): Promise<void> {
    this.#port = Number(new URL(this.url).port);
    await this.close();
  }

  /** Listens again on the port of before `stop`. */
  async start(): Promise<void> {
    await this.listen(this.#port);
  }

  protected override async reply(received: ReceivedRequest, text: string | undefined): Promise<Reply> {
    for (const name of openRouterHeaders(received.headers)) this.violations.push(`header ${name}`);
    if (received.method !== "POST" || received.path !== `${this.prefix}/chat/completions`) {
      const step = this.#plan.forPath(received.path);
      return (step && this.#documentStep(step)) ?? this.document(received);
    }
    const admitted = this.authenticate(received) ?? this.#checkBody(received.body, text) ?? this.#admitBody(received);
    if ("status" in admitted) return this.withHeaders?.(admitted) ?? admitted;
    const step = this.#plan.forRequest() ?? this.#plan.forModel(admitted.model.id) ?? this.unplannedStep();
    const answered = this.#answer(step, admitted);
    const reply = this.withHeaders?.(answered, admitted) ?? answered;
    if (reply.status !== 200 || !(await this.slots.take(received.signal))) return reply;
    void received.ended.then(() => this.slots.free());
    await this.prepare?.(admitted.model, received.signal);
    return reply;
  }

  #checkBody(body: unknown, text: string | undefined): Reply | undefined {
    if (text === undefined) return this.error(413, "Request Entity Too Large");
    if (body === undefined) return this.error(400, "invalid JSON");
    let refusal: Reply | undefined;
    for (const foreign of foreignFields(body, this.fields)) {
      const { field, message } = foreign;
      this.violations.push(message ? `field ${field} of message ${message.index}` : `field ${field}`);
      refusal ??= this.refuseField(foreign);
      if (!message && isOpenRouterField(field)) refusal ??= this.error(400, `unknown field ${field}`);
    }
    return refusal;
  }

  #admitBody(received: ReceivedRequest): Admitted<Model> | Reply {
    const parsed = parseChatRequest(received.body);
    if ("problem" in parsed) return this.invalidBody(parsed.problem);
    return this.admit(parsed.request, received);
  }

  /** Composes the answer as the planned step requires. */
  #answer(step: DialectStep<Fault>, admitted: Admitted<Model>): Reply {
    const { model, request } = admitted;
    const parameters = ["structured_outputs", "response_format", ...(model.tools ? ["tools"] : [])];
    const reasons = model.reasons && request["reasoning_effort"] !== "none";
    const answering = {
      ...{ id: model.id, name: model.id, supported_parameters: parameters, service: this.service },
      reasoning: { default_enabled: reasons ?? false },
    };
    const { toolCalls, ...composed } = composeAnswer(request, answering, this.random);
    const calls = toolCalls?.map((each) => ({ ...each, id: this.toolCallId() }));
    const answer = { ...composed, ...(calls && { toolCalls: calls }) };
    return this.#stepReply(step, this.#context(answer, admitted, request.model ?? model.id));
  }

  #context(answer: Answer, { request, promptTokens }: Omit<Admitted<unknown>, "model">, model: string): DialectContext {
    const created = Math.floor(this.now() / 1000);
    const completion = { id: this.completionId(), created, model, request, answer, promptTokens };
    return {
      ...completion,
      options: {},
      parts: (other = answer) => this.stream({ ...completion, answer: other }),
      reply: (other) => {
        const parts = this.stream({ ...completion, answer: other });
        return request.stream === true
          ? sse([...parts.opening, ...parts.deltas, ...parts.ending, ...parts.done])
          : json(200, this.body({ ...completion, answer: other }));
      },
      error: (status, message) => this.error(status, message),
    };
  }

  #stepReply(step: DialectStep<Fault>, context: DialectContext): Reply {
    if (step === "ok") return this.#answered(context, context.answer);
    if (typeof step === "string") return this.#faultReply(step, context);
    if ("fault" in step) {
      const answer = { ...context.answer, ...step.answer };
      return this.#faultReply(step.fault, {
        ...context,
        answer,
        options: step,
        parts: (other = answer) => context.parts(other),
      });
    }
    if ("answer" in step) return this.#answered(context, { ...context.answer, ...step.answer });
    const { status = 200, headers = { "content-type": "text/event-stream" }, body } = step.reply;
    return { status, headers, frames: [body].flat().map((raw) => ({ raw })) };
  }

  #answered({ model, reply }: DialectContext, answer: Answer): Reply {
    return { ...reply(answer), model, intendedText: answer.text };
  }

  #faultReply(fault: Fault | CommonFaultName, context: DialectContext): Reply {
    const all: Record<string, (context: DialectContext) => Reply> = { ...commonFaults, ...this.faults };
    const reply = all[fault]!(context);
    const intended = reply.status === 200 && { intendedText: context.answer.text };
    return { ...reply, ...intended, fault, model: context.model };
  }

  /** The reply that a step planned for a path gives; `undefined` if the step is `"ok"`. */
  #documentStep(step: DialectStep<Fault>): Reply | undefined {
    if (step === "ok") return undefined;
    const request: ChatRequest = { messages: [{ role: "user", content: "" }] };
    return this.#stepReply(step, this.#context({ text: "", finishReason: "stop" }, { request, promptTokens: 0 }, ""));
  }
}

/** The model and the whole prompt. */
export const admitWhole = <Model>(request: ChatRequest, model: Model): Admitted<Model> => ({
  request,
  model,
  promptTokens: promptTokensOf(request),
});

/** Whether a message contains an image. */
export const hasImage = (request: ChatRequest): boolean => imageUrls(request).length > 0;

/** The addresses of all images, `data:` URLs or others. */
export const imageUrls = ({ messages }: ChatRequest): string[] =>
  messages.flatMap(({ content }) =>
    (Array.isArray(content) ? content : []).flatMap((part) => (part.type === "image_url" ? part.image_url.url : [])),
  );

/** A random text of letters and digits. */
export const randomLetters = (length: number, random: () => number): string =>
  Array.from({ length }, () => "0123456789abcdefghijklmnopqrstuvwxyz"[Math.floor(random() * 36)]).join("");

/** The server, once it listens. */
export async function listening<S extends { listen(port: number): Promise<unknown> }>(
  server: S,
  { port = 0 }: DialectOptions,
): Promise<S> {
  await server.listen(port);
  return server;
}
