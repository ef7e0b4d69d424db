import { describeParsers } from "./describe-parsers";
import { answers } from "./parsers/answers";
import { cloudExports } from "./parsers/cloud-exports";
import { documents } from "./parsers/documents";
import { evaluations } from "./parsers/evaluations";
import { exportedFiles } from "./parsers/exports";
import { files } from "./parsers/files";
import { messages } from "./parsers/messages";
import { words } from "./parsers/words";

describeParsers("answers", answers);
describeParsers("cloud exports", cloudExports);
describeParsers("documents", documents);
describeParsers("evaluations", evaluations);
describeParsers("files", files);
describeParsers("messages", messages);
describeParsers("exports", exportedFiles);
describeParsers("words", words);
