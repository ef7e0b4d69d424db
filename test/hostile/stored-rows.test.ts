import { describeParsers } from "./describe-parsers";
import { storedRows } from "./parsers/rows";

describeParsers("rows", storedRows);
