import { placeOfMistake } from "../../config/json-place";

describe("placeOfMistake", () => {
  it.each([
    ["", "line 1, column 1: got the end of the text"],
    ["# Retrigger\nmore", 'line 1, column 1: got "#"'],
    ['{"a": 1,\n "b": x}', 'line 2, column 7: got "x"'],
    ['{"a": 1 "b": 2}', 'line 1, column 9: got "\\""'],
    ['{"a": tru1}', 'line 1, column 10: got "1"'],
    ['{"a": 1}\n}', 'line 2, column 1: got "}"'],
    ['{"a": [1, 2', "line 1, column 12: got the end of the text"],
    ['{"a": "b', "line 1, column 9: got the end of the text"],
    ['["a\nb"]', 'line 1, column 4: got "\\n"'],
    ["[1.]", 'line 1, column 4: got "]"'],
    ["[-]", 'line 1, column 3: got "]"'],
    ["{,}", 'line 1, column 2: got ","'],
    ['["\\x"]', 'line 1, column 4: got "x"'],
  ])("should tell where %j stops being JSON", (text, place) => {
    expect(placeOfMistake(text)).toBe(place);
  });
});
