import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { name } from "../../package.json";

/**
 * The folder of this project, or of the package that it was packed as: the nearest one, from `folder` upwards, whose package.json
 * has our name.
 * @throws Error when there is none, as in a file that somebody has built of the package
 */
export function projectRoot(folder = __dirname): string {
  const file = join(folder, "package.json");
  if (existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === name) return folder;
  const parent = dirname(folder);
  if (parent !== folder) return projectRoot(parent);
  throw new Error(
    `got code of ${name} outside its package, in ${__dirname}, where its functions are not found; leave ${name} out of your bundle, as an external package`,
  );
}
