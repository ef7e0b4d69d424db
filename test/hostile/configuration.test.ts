import { describeParsers } from "./describe-parsers";
import { configuration } from "./parsers/configuration";

describeParsers("configuration", configuration);
