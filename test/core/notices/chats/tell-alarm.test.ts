import fc from "fast-check";
import type { AlarmNews } from "../../../../functions/core/notices/alarm-message";
import { tellAlarm } from "../../../../functions/core/notices/chats/tell-alarm";
import { alarmKey } from "../../../../functions/core/notices/chats/telling";
import { memoryToldStore } from "../../../../functions/memory/versioned-store";

const NOW = 1_795_262_400_000;

describe("tellAlarm", () => {
  it("should end with the alarm's own state for whoever reads the last message, in whatever order changes come", async () => {
    await fc.assert(
      fc.asyncProperty(permutation(6), async (order) => {
        // Arrange: raised, over, raised and so on, a minute apart, of which the last is over
        const { tell, subjects } = world();
        const changes = order.map((n) => alarmOf({ at: NOW - 600_000 + n * 60_000, isOver: n % 2 === 1 }));

        // Act
        for (const alarm of [...changes, ...changes]) await tell(alarm);

        // Assert: each is told once, and what is told after the end says that it is over
        expect(subjects).toHaveLength(6);
        for (const subject of subjects.slice(order.indexOf(5))) expect(subject).toMatch(/^(?:was raised, and is )?over: queue$/);
      }),
    );
  });

  it("should tell nothing of the first data of an alarm, and keep nothing of them", async () => {
    const { tell, subjects, told } = world();

    await tell(alarmOf({ isOver: true, mayBeFirst: true }));

    expect(subjects).toEqual([]);
    expect(await told.load(alarmKey("queue"))).toBeUndefined();
  });

  it("should tell nothing of data that come back while the alarm is over", async () => {
    const { tell, subjects } = world();

    await tell(alarmOf({ isOver: true, at: NOW - 2_000 }));
    await tell(alarmOf({ isOver: true, at: NOW - 1_000, mayBeFirst: true }));

    expect(subjects).toEqual(["over: queue"]);
  });

  it.each([
    ["a state that is neither", { state: "PAUSED" }, "alarm in the state PAUSED: queue"],
    ["a time that a wrong clock dates ahead", { at: NOW + 86_400_000 }, "alarm: queue"],
  ])("should not have %s hide what comes after", async (_, changes, first) => {
    const { tell, subjects } = world();

    await tell(alarmOf(changes));
    await tell(alarmOf({ isOver: true }));

    expect(subjects).toEqual([first, "over: queue"]);
  });

  it("should take a time before 1970 for its beginning, and tell alarms whose names are long", async () => {
    const { tell, subjects } = world();

    await tell(alarmOf({ at: -1, series: "x".repeat(5_000) }));

    expect(subjects).toEqual(["alarm: queue"]);
  });
});

// Helpers

function permutation(length: number): fc.Arbitrary<number[]> {
  const all = Array.from({ length }, (_, n) => n);
  return fc.shuffledSubarray(all, { minLength: length });
}

function alarmOf(changes: Partial<AlarmNews>): AlarmNews {
  const alarm = { name: "queue", isOver: false, at: NOW, summary: "messages wait", ...changes };
  return { id: `queue ${alarm.isOver} ${alarm.at}`, ...alarm };
}

/** One chat, which is told of alarms. */
function world() {
  const subjects: string[] = [];
  const told = memoryToldStore();
  const chat = {
    name: "slack",
    about: ["alarms"],
    tell: async ({ subject }: { subject: string }) => void subjects.push(subject),
  } as const;
  const ports = { chats: [chat], told, log: () => undefined, now: () => NOW };
  const place = { environment: "dev", stack: "aws", runbooks: "docs/runbooks" } as const;
  return { tell: (alarm: AlarmNews) => tellAlarm(ports, alarm, place), subjects, told };
}
