/** The tabs of a page; which one is open stands in the address. */

import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";

export interface Tab {
  id: string;
  name: string;
  content: ReactNode;
}

/** The first is open where the address names none; only the open one is there. */
export function PageTabs({ tabs }: { tabs: readonly Tab[] }) {
  const [query, setQuery] = useSearchParams();
  const first = tabs[0]?.id ?? null;
  const open = tabs.find(({ id }) => id === query.get("tab"))?.id ?? first;
  return (
    <Tabs
      mt="md"
      value={open}
      keepMounted={false}
      onChange={(now) => setQuery(now && now !== first ? { tab: now } : {}, { replace: true })}
    >
      <Tabs.List mb="md">
        {tabs.map(({ id, name }) => (
          <Tabs.Tab key={id} value={id}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ id, content }) => (
        <Tabs.Panel key={id} value={id}>
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
