import { expect, test } from "vitest";
import { voiceFor } from "./voices";

const voice = (lang: string, localService = true) => ({ lang, localService });

test("a voice of this machine is taken, mainland Chinese before any other", () => {
  expect(voiceFor("zh", [voice("en-US"), voice("zh-TW"), voice("zh_CN")])).toBe(2);
  expect(voiceFor("zh", [voice("cmn-CN")])).toBe(0);
  expect(voiceFor("en", [voice("zh-CN"), voice("en-GB")])).toBe(1);
});

test("a voice out of the internet is none", () => {
  expect(voiceFor("zh", [voice("zh-CN", false)])).toBe(-1);
  expect(voiceFor("en", [])).toBe(-1);
});
