/** What runs here: versions of the server and the Engines, and where more is said. */

import { Anchor, Card, List, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Host } from "../api/generated";
import { ROOT } from "../api/http";
import { factsOf } from "../hosts/facts";
import { useById } from "../live/live";
import { Facts, Head } from "../parts/page";

const SAYS = ["/v2-beta", "/v1", "/healthcheck", "/metrics"];

function useServer() {
  return useQuery({
    queryKey: ["version"],
    queryFn: async () => {
      const { headers } = await fetch(ROOT, { headers: { Accept: "application/json" } });
      return { own: headers.get("x-pasture-version"), spoken: headers.get("x-rancher-version") };
    },
  });
}

export function About() {
  const { t } = useTranslation();
  const server = useServer();
  const hosts = useById("host");
  return (
    <>
      <Head title={t("about.title")} name={t("about.title")} />
      <Stack gap="lg">
        <Card withBorder>
          <Facts
            rows={[
              [t("about.server"), server.data?.own],
              [t("about.spoken"), server.data?.spoken],
              [t("about.engines"), engines([...hosts.values()])],
              [t("about.licence"), "Apache-2.0"],
            ]}
          />
        </Card>
        <Card withBorder component="section">
          <Title order={2} size="h4" mb="xs">
            {t("about.more")}
          </Title>
          <List>
            {SAYS.map((path) => (
              <List.Item key={path}>
                <Anchor href={path} target="_blank" className="mono">
                  {path}
                </Anchor>{" "}
                {t(`about.says.${path.slice(1) as "v1"}`)}
              </List.Item>
            ))}
          </List>
        </Card>
      </Stack>
    </>
  );
}

/** Versions with how many hosts have each: 27.1 (3), 20.10 (1). */
function engines(hosts: readonly Host[]): string {
  const counts = new Map<string, number>();
  for (const host of hosts) {
    const version = factsOf(host).docker;
    if (version) counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return [...counts].map(([version, count]) => `${version} (${count})`).join(", ");
}
