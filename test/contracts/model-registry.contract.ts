import {
  type ModelRegistry,
  type RegisteredVersion,
  type RegistryMark,
  RegistryMissingError,
} from "../../functions/core/promotion/ports";
import { candidateId } from "../../functions/core/request-ids";

/** A registry, and what trainings and people do at it. */
interface RegistryWorld {
  readonly registry: ModelRegistry;
  /** Name of the one registry that there is; it has no version yet. */
  readonly name: string;
  /** Registers a version that a run made, with its evaluation; resolves to its address. */
  readonly register: (registeredAt: number, run: string) => string;
  /** What `RegisteredVersion` says of the run and its evaluation. */
  readonly madeBy: (run: string) => Pick<RegisteredVersion, "runId" | "evaluationUri">;
  /** A person approves or rejects by hand. */
  readonly decide: (version: string, approval: "approved" | "rejected") => void;
  readonly remove: (version: string) => void;
}

export interface ModelRegistryContract {
  readonly name: string;
  /** A name that a registry of this kind may have, and has not. */
  readonly missing: string;
  readonly create: () => RegistryWorld | Promise<RegistryWorld>;
}

const NOON = Date.parse("2026-11-21T12:00:00.250Z");
const HOUR_MS = 3_600_000;

/** The contract of the `ModelRegistry` port. Every adapter's test is one call. */
export function describeModelRegistry({ name: adapter, missing, create }: ModelRegistryContract): void {
  describe(`ModelRegistry: ${adapter}`, () => {
    it("should say that a registry is missing, and what to do", async () => {
      const { registry } = await create();

      const refusals = [registry.list(missing, 0), registry.newestApproved(missing)];

      for (const refusal of refusals) {
        const error = await refusal.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(RegistryMissingError);
        expect(String(error)).toMatch(new RegExp(`there is no .*${missing}; `));
      }
    });

    it("should have nothing where nothing was registered", async () => {
      const { registry, name } = await create();

      expect([await registry.list(name, 0), await registry.newestApproved(name)]).toEqual([[], undefined]);
    });

    it("should list what was registered at a time or later, oldest first, and nobody decided about", async () => {
      const { registry, name, register, madeBy } = await create();
      register(NOON - 1, "a");
      const [second, third] = [register(NOON, "b"), register(NOON + HOUR_MS, "c")];

      const listed = await registry.list(name, NOON);

      const common = { registry: name.split("/").at(-1), approval: "pending", readiness: "ready" };
      expect(listed).toEqual([
        { ...common, version: second, number: "2", registeredAt: NOON, ...madeBy("b") },
        { ...common, version: third, number: "3", registeredAt: NOON + HOUR_MS, ...madeBy("c") },
      ]);
    });

    it("should list the oldest hundred, so that the next look goes on behind them", async () => {
      const { registry, name, register } = await create();
      const versions = Array.from({ length: 105 }, (_, index) => register(NOON + index, "r"));

      const first = await registry.list(name, 0);
      const rest = await registry.list(name, (first.at(-1)?.registeredAt ?? 0) + 1);

      expect([first, rest].map((part) => part.map(({ version }) => version))).toEqual([
        versions.slice(0, 100),
        versions.slice(100),
      ]);
    });

    it("should describe a version as the list does, and nothing where there is none", async () => {
      const { registry, name, register, remove } = await create();
      const [kept, removed] = [register(NOON, "a"), register(NOON, "b")];
      remove(removed);

      expect(await registry.describe(kept)).toEqual((await registry.list(name, 0))[0]);
      expect(await registry.describe(removed)).toBeUndefined();
    });

    it("should know the one that was registered last of those that may serve, whoever approved it", async () => {
      const { registry, name, register, decide } = await create();
      const [first, second, third] = [register(NOON, "a"), register(NOON + 1, "b"), register(NOON + 2, "c")];
      const newest: unknown[] = [];
      const look = async () => newest.push((await registry.newestApproved(name))?.version);

      await registry.mark(markOf(third, "rejected"));
      await look();
      decide(first, "approved");
      await look();
      await registry.mark(markOf(second, "approved"));
      await look();
      decide(second, "rejected");
      await look();

      expect(newest).toEqual([undefined, first, second, first]);
    });

    it.each(["approved", "rejected", "waiting"] as const)(
      "should write %s, and the same again without a change",
      async (verdict) => {
        const { registry, register, madeBy } = await create();
        const version = register(NOON, "a");

        const marked = [await registry.mark(markOf(version, verdict))];
        const described = await registry.describe(version);
        marked.push(await registry.mark(markOf(version, verdict)));

        expect(marked).toEqual(["marked", "marked"]);
        expect(described).toMatchObject({ approval: verdict === "waiting" ? "pending" : verdict, ...madeBy("a") });
        expect(await registry.describe(version)).toEqual(described);
      },
    );

    it.each([
      ["approved", "rejected"],
      ["approved", "waiting"],
      ["rejected", "approved"],
      ["rejected", "waiting"],
    ] as const)("should leave what a person %s, and not write %s", async (byHand, verdict) => {
      const { registry, register, decide } = await create();
      const version = register(NOON, "a");
      decide(version, byHand);

      expect(await registry.mark(markOf(version, verdict))).toBe("overruled");

      expect(await registry.describe(version)).toMatchObject({ approval: byHand });
    });

    it.each(["approved", "rejected"] as const)(
      "should take a person's %s for its own verdict where they agree",
      async (verdict) => {
        const { registry, register, decide } = await create();
        const version = register(NOON, "a");
        decide(version, verdict);

        expect(await registry.mark(markOf(version, verdict))).toBe("marked");
        // The verdict is its own from now on, so a newer one goes on.
        expect(await registry.mark(markOf(version, verdict === "approved" ? "rejected" : "approved"))).toBe("marked");
      },
    );

    it.each([
      ["approved", "rejected"],
      ["rejected", "approved"],
    ] as const)("should leave what a person made of its own %s: %s", async (verdict, byHand) => {
      const { registry, register, decide } = await create();
      const version = register(NOON, "a");
      await registry.mark(markOf(version, verdict));
      decide(version, byHand);

      expect(await registry.mark(markOf(version, verdict))).toBe("overruled");

      expect(await registry.describe(version)).toMatchObject({ approval: byHand });
    });

    it.each([
      ["waiting", "approved", "approved"],
      ["waiting", "rejected", "rejected"],
      ["rejected", "approved", "approved"],
      ["approved", "rejected", "rejected"],
      ["approved", "waiting", "approved"],
      ["rejected", "waiting", "rejected"],
    ] as const)("should let %s become %s by its own word: %s", async (before, after, approval) => {
      const { registry, register } = await create();
      const version = register(NOON, "a");
      await registry.mark(markOf(version, before));

      expect(await registry.mark(markOf(version, after))).toBe("marked");

      expect(await registry.describe(version)).toMatchObject({ approval });
    });

    it("should not take another candidate's verdict for its own", async () => {
      const { registry, register } = await create();
      const version = register(NOON, "a");
      await registry.mark({ ...markOf(version, "approved"), candidateId: candidateId("other", "r", "1") });

      expect(await registry.mark(markOf(version, "rejected"))).toBe("overruled");

      expect(await registry.describe(version)).toMatchObject({ approval: "approved" });
    });

    it("should be overruled where the version is gone", async () => {
      const { registry, register, remove } = await create();
      const version = register(NOON, "a");
      remove(version);

      const verdicts = ["approved", "rejected", "waiting"] as const;
      expect(await Promise.all(verdicts.map((verdict) => registry.mark(markOf(version, verdict))))).toEqual(
        verdicts.map(() => "overruled"),
      );
    });

    it.each([
      ["long", "rejected: ".padEnd(5_000, "too much worse, ")],
      ["empty", ""],
      ["full of controls", "rejected: a\u001b[2J\u0000\r\nb\u202e\ud800c\u200d\u{e000}"],
      ["in other letters", "rejected: Größe 📏 ist 不足 by −3 %"],
    ])("should write a reason that is %s as far as the registry takes it", async (_, why) => {
      const { registry, register } = await create();
      const version = register(NOON, "a");

      expect(await registry.mark({ ...markOf(version, "rejected"), why })).toBe("marked");

      expect(await registry.describe(version)).toMatchObject({ approval: "rejected" });
    });
  });
}

// Helpers

function markOf(version: string, verdict: RegistryMark["verdict"]): RegistryMark {
  return { version, candidateId: candidateId("flight-delay", "r", version.split(/[@/]/).at(-1) ?? ""), verdict, why: "as it is" };
}
