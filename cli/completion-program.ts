// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the own of the shells
// Completion in shells, made of the program itself, so that nothing is listed twice.
import { Argument, type Command, type Option } from "commander";
import type { RunAlone } from "./command-options";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** Adds the command that prints a script of completion. */
export function completionCommand(program: Command, runAlone: RunAlone): void {
  program
    .command("completion")
    .description("prints a script with which a shell completes commands, options and their choices")
    .addArgument(new Argument("<shell>", "whose script").choices(SHELLS))
    .addHelpText(
      "after",
      `
Examples:
  $ source <(retrigger completion bash)                 in ~/.bashrc; of a project's own, with its folder node_modules/.bin in PATH
  $ source <(retrigger completion zsh)                  in ~/.zshrc, after compinit
  $ retrigger completion fish > ~/.config/fish/completions/retrigger.fish`,
    )
    .action((shell: Shell) =>
      runAlone({}, async () => {
        const text = completionScript(program, shell);
        return { data: { shell, script: text }, text };
      }),
    );
}

/** A command as a shell completes behind it. */
interface Place {
  /** The words of the command behind the program's, such as `rules test`; empty for the program. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly Flag[];
  /** What its first argument may be. */
  readonly choices: readonly string[];
}

interface Flag {
  readonly names: readonly string[];
  readonly about: string;
  /** What its value may be: one of these words, a file, or anything; undefined for one without a value. */
  readonly value?: readonly string[] | "file" | "any";
}

/** The script of a shell that completes the commands of a program, their options, and what is known of their values. */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program, []);
  const name = program.name();
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
  return `# Completion of ${name}, made by: ${name} completion ${shell}\n${scripts[shell](name, places)}`;
}

function placesOf(command: Command, path: readonly string[]): Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((one) => one.name() !== "help");
  const place = {
    path: path.join(" "),
    commands: commands.map((one) => ({ name: one.name(), about: one.description() })),
    options: help.visibleOptions(command).map(flagOf),
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
  return [place, ...commands.flatMap((one) => placesOf(one, [...path, one.name()]))];
}

function flagOf({ short, long, description, argChoices, flags, required, optional }: Option): Flag {
  const names = [long, short].filter((name) => name !== undefined);
  if (!required && !optional) return { names, about: description };
  const value = argChoices ?? (/<(?:file|path)/.test(flags) ? "file" : "any");
  return { names, about: description, value };
}

function wordsOf({ commands, options, choices }: Place): string {
  return [...commands.map(({ name }) => name), ...choices, ...options.flatMap(({ names }) => names)].join(" ");
}

/** The lines of a `case` over the path: which words lead from it to another. */
function steps(places: readonly Place[]): string[] {
  return places.filter(({ path }) => path !== "").map(({ path }) => `      "${before(path)}|${last(path)}") path="${path}" ;;`);
}

function before(path: string): string {
  return path.split(" ").slice(0, -1).join(" ");
}

function last(path: string): string {
  return path.split(" ").at(-1) ?? "";
}

/** The lines of a `case` over path and option: what completes its value. */
function values(places: readonly Place[], complete: (value: NonNullable<Flag["value"]>) => string): string[] {
  return places.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) =>
      value === undefined ? [] : [`    ${names.map((name) => `"${path}|${name}"`).join(" | ")}) ${complete(value)}; return ;;`],
    ),
  );
}

function bashScript(name: string, places: readonly Place[]): string {
  const complete = (value: NonNullable<Flag["value"]>) =>
    value === "any"
      ? "COMPREPLY=()"
      : value === "file"
        ? // Line by line, as names have spaces; bash 3.2, which macOS has, knows neither mapfile nor compopt.
          'compopt -o filenames 2>/dev/null; COMPREPLY=(); while IFS= read -r at; do COMPREPLY+=("$at"); done < <(compgen -f -- "$current")'
        : `COMPREPLY=($(compgen -W "${value.join(" ")}" -- "$current"))`;
  return [
    `_${name}() {`,
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" path="" words="" at',
    // An option and its value in one word: bash takes = for a word of its own, unless COMP_WORDBREAKS leaves it out.
    '  if [[ $current == "=" ]]; then current=""',
    '  elif [[ $previous == "=" ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"',
    '  elif [[ $current == --*=* ]]; then previous="${current%%=*}" current="${current#*=}"; fi',
    "  for ((at = 1; at < COMP_CWORD; at++)); do",
    '    case "$path|${COMP_WORDS[at]}" in',
    ...steps(places),
    "    esac",
    "  done",
    '  case "$path|$previous" in',
    ...values(places, complete),
    "  esac",
    '  case "$path" in',
    ...places.map((place) => `    "${place.path}") words="${wordsOf(place)}" ;;`),
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    `complete -o default -F _${name} ${name}`,
  ].join("\n");
}

function zshScript(name: string, places: readonly Place[]): string {
  const complete = (value: NonNullable<Flag["value"]>) =>
    value === "any" ? ":" : value === "file" ? "_files" : `compadd -- ${value.join(" ")}`;
  return [
    `_${name}() {`,
    '  local place="" at',
    "  for ((at = 2; at < CURRENT; at++)); do",
    '    case "$place|${words[at]}" in',
    ...steps(places).map((line) => line.replace(' path="', ' place="')),
    "    esac",
    "  done",
    '  case "$place|${words[CURRENT-1]}" in',
    ...values(places, complete),
    "  esac",
    '  case "$place" in',
    ...places.map((place) => `    "${place.path}") compadd -- ${wordsOf(place)} ;;`),
    "  esac",
    "}",
    `compdef _${name} ${name}`,
  ].join("\n");
}

function fishScript(name: string, places: readonly Place[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const at = (path: string) => `-n ${quoted(`test "$(__${name}_path)" = "${path}"`)}`;
  return [
    `function __${name}_path`,
    '  set -l path ""',
    "  for word in (commandline -opc)[2..]",
    '    switch "$path|$word"',
    ...places
      .filter(({ path }) => path !== "")
      .map(({ path }) => `      case "${before(path)}|${last(path)}"\n        set path "${path}"`),
    "    end",
    "  end",
    '  echo "$path"',
    "end",
    `complete -c ${name} -f`,
    ...places.flatMap(({ path, commands, options, choices }) => [
      ...commands.map((one) => `complete -c ${name} ${at(path)} -a ${one.name} -d ${quoted(one.about)}`),
      ...(choices.length === 0 ? [] : [`complete -c ${name} ${at(path)} -a ${quoted(choices.join(" "))}`]),
      ...options.map(({ names, about, value }) => {
        const flags = names.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
        const takes =
          value === undefined ? "" : value === "file" ? " -r -F" : value === "any" ? " -x" : ` -x -a ${quoted(value.join(" "))}`;
        return `complete -c ${name} ${at(path)} ${flags}${takes} -d ${quoted(about)}`;
      }),
    ]),
  ].join("\n");
}
