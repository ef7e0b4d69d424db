// What happens to a simulated endpoint beside the steps of a rollout: faults, and people.
import type { StepResult } from "../../functions/core/promotion/rollout/ports";
import { type EndpointState, type Fleet, fleetText } from "./endpoint-state";

/** What goes wrong next. */
export type EndpointFault =
  /** The next step gets this answer, and changes nothing. */
  | { readonly is: "refusal"; readonly result: Exclude<StepResult, { readonly is: "taken" }> }
  /** The next change that is taken fails after its time, and is taken back. */
  | { readonly is: "failing-change"; readonly why: string }
  /** The next change is taken, but the call rejects. */
  | { readonly is: "lost-answer" }
  /** The next calls reject, as in an outage of the cloud's API. */
  | { readonly is: "unanswered"; readonly calls: number }
  /** Until it ends: what is configured is shown, but not served. */
  | { readonly is: "stuck"; readonly ends?: boolean }
  /** The endpoint fails for ever, or is deleted. */
  | { readonly is: "gone"; readonly why: string };

/** What a person does to an endpoint past Retrigger. */
export type HandEdit =
  /** Shares, by the names of variants that are there; the others get nothing. */
  | { readonly do: "set-shares"; readonly percents: Readonly<Record<string, number>> }
  /** Another model alone. */
  | { readonly do: "deploy"; readonly variant: string; readonly source: string }
  /** One variant alone, the others removed. */
  | { readonly do: "leave-only"; readonly variant: string };

/** The state once something went wrong. */
export function faulty(state: EndpointState, fault: EndpointFault): EndpointState {
  switch (fault.is) {
    case "refusal":
      return { ...state, refusals: [...state.refusals, fault.result] };
    case "failing-change":
      return { ...state, failing: fault.why };
    case "lost-answer":
      return { ...state, losesAnswer: true };
    case "unanswered":
      return { ...state, unanswered: state.unanswered + fault.calls };
    case "stuck": {
      const { isStuck: _before, ...rest } = state;
      return fault.ends === true ? rest : { ...rest, isStuck: true };
    }
    case "gone": {
      const { change: _cut, ...rest } = state;
      return { ...rest, gone: fault.why };
    }
  }
}

/** What is configured is served from a time on, unless the router is stuck. */
export function serving(state: EndpointState, from: number): EndpointState {
  const variants = state.gone === undefined ? state.fleet.variants : [];
  const before = state.served.at(-1)?.variants;
  if ((state.isStuck === true && state.gone === undefined) || JSON.stringify(before) === JSON.stringify(variants)) return state;
  return { ...state, served: [...state.served.filter((span) => span.from < from), { from, variants }] };
}

/** What a person leaves. @throws Error for a variant that is not there */
export function edited({ config, variants }: Fleet, edit: HandEdit): Fleet {
  switch (edit.do) {
    case "set-shares":
      return { config, variants: variants.map((one) => ({ ...one, percent: edit.percents[one.name] ?? 0 })) };
    case "deploy":
      return { config: byHand(config), variants: [{ name: edit.variant, source: edit.source, percent: 100 }] };
    case "leave-only": {
      const left = variants.find(({ name }) => name === edit.variant);
      if (left === undefined) throw new Error(`the endpoint has no variant ${edit.variant}: ${fleetText({ config, variants })}`);
      return { config: byHand(config), variants: [{ name: left.name, source: left.source, percent: 100 }] };
    }
  }
}

/** Configurations have names, etags are numbers. */
function byHand(config: string): string {
  return /^\d+$/.test(config) ? String(Number(config) + 1) : `${config}-by-hand`;
}
