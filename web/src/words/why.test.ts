import i18next, { type TFunction } from "i18next";
import { describe, expect, it } from "vitest";
import en from "./en";
import { whyWord } from "./why";
import zh from "./zh-CN";

async function speaker(language: string, translation: object): Promise<TFunction> {
  const one = i18next.createInstance();
  const options = { interpolation: { escapeValue: false }, returnNull: false } as const;
  return one.init({ lng: language, resources: { [language]: { translation } }, ...options });
}

const SAID = [
  ["no host in this environment: add one", "此环境中没有主机：请添加一台"],
  [
    "host h1 has no label gpu=yes; port 80 is in use on host h2; and 3 hosts more",
    "主机 h1 没有标签 gpu=yes；主机 h2 上的端口 80 已被占用；以及另外 3 台主机",
  ],
  ["jobs-1: host h1: agent reconnecting", "jobs-1：主机 h1：代理正在重连"],
  [
    "web-1: exited with code 1 10 times in a row; next start at 10:50:40 UTC",
    "web-1：已连续 10 次退出，退出码 1；下次启动时间 10:50:40 UTC",
  ],
  [
    "jobs-1: host h1 has label a=b; host h2 is inactive",
    "jobs-1：主机 h1 带有标签 a=b；主机 h2 已停用",
  ],
  ["pulling nginx:1.27: 45 %", "正在拉取 nginx:1.27：45 %"],
  [
    "image a:1 does not exist in its registry; next try at 10:00:00 UTC",
    "镜像 a:1 在其镜像仓库中不存在；下次尝试时间 10:00:00 UTC",
  ],
  ["no such device; next try at 10:00:00 UTC", "no such device；下次尝试时间 10:00:00 UTC"],
  ["Docker Engine: something new", "Docker Engine：something new"],
] as const;

describe("why something waits", () => {
  it.each(SAID)("%s", async (said, chinese) => {
    expect(whyWord(await speaker("zh-CN", zh), said)).toBe(chinese);
    expect(whyWord(await speaker("en", en), said)).toBe(said);
  });

  it.each(["something new", "error: something new; another", "a: b"])(
    "is said as the server does where there are no words: %s",
    async (said) => {
      expect(whyWord(await speaker("zh-CN", zh), said)).toBe(said);
    },
  );
});
