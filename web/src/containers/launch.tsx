/** How something runs, in cards: of a container as of each of a service's; what says nothing is left out. */

import { Card, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Container, LaunchConfig } from "../api/generated";
import { PULL } from "../form/fields";
import { KEPT, portOf, volumeOf } from "../form/read";
import { rulesOf } from "../form/rules";
import { asText } from "../form/shell";
import { useProject, useRow } from "../live/live";
import { CopyButton } from "../parts/copy";
import { Facts } from "../parts/page";
import { bytes } from "../words/say";
import { Way } from "./list";

type Launched = Partial<LaunchConfig> & Partial<Pick<Container, "requestedHostId">>;

type Row = readonly [string, ReactNode];

export function LaunchCards({ launch, isService }: { launch: Launched; isService: boolean }) {
  const { t } = useTranslation();
  const [rules, labels] = rulesOf(launch.labels ?? {});
  return (
    <div className="cards">
      <Part title={t("more.process")} rows={useProcess(launch, isService)} />
      <Pairs title={t("service.environment")} map={launch.environment} />
      <Part title={t("service.ports")} rows={usePorts(launch)} />
      <Part title={t("service.volumes")} rows={useVolumes(launch)} />
      <Part title={t("more.network")} rows={useNetwork(launch)} />
      <Part
        title={t("more.placement")}
        rows={[
          [
            t("more.host"),
            launch.requestedHostId && <Way key="host" type="host" id={launch.requestedHostId} />,
          ],
          ...rules.map(
            ({ key, how, what, term }): Row => [
              t(`more.rules.${how}`),
              <span key={key}>
                {t(`more.kinds.${what}`)} <Mono text={term} />
              </span>,
            ],
          ),
        ]}
      />
      <Part title={t("more.limits")} rows={useLimits(launch)} />
      <Part title={t("more.security")} rows={useSecurity(launch)} />
      <Pairs title={t("service.labels")} map={ownFirst(labels)} />
      <Part title={t("more.others")} rows={othersOf(launch)} />
    </div>
  );
}

/** Labels that somebody gave, before those that Pasture and Rancher know. */
function ownFirst(labels: Record<string, string>): Record<string, string> {
  const isKnown = ([name]: [string, string]) => /^(io\.rancher|pasture)\./.test(name);
  const all = Object.entries(labels);
  return Object.fromEntries([...all.filter((one) => !isKnown(one)), ...all.filter(isKnown)]);
}

function Mono({ text }: { text: string }) {
  return <span className="mono">{text}</span>;
}

/** One a line. */
function lines(texts: readonly string[] | null | undefined): ReactNode {
  if (!texts || texts.length === 0) return null;
  return (
    <span className="mono" style={{ whiteSpace: "pre-line" }}>
      {texts.join("\n")}
    </span>
  );
}

const isShown = ([, value]: Row) =>
  value !== null && value !== undefined && value !== false && value !== "";

function Part({ title, rows }: { title: string; rows: readonly Row[] }) {
  if (!rows.some(isShown)) return null;
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {title}
      </Title>
      <Facts rows={rows} />
    </Card>
  );
}

/** Names with values, to be read or taken along. */
function Pairs({ title, map }: { title: string; map: Record<string, string> | null | undefined }) {
  const pairs = Object.entries(map ?? {});
  if (pairs.length === 0) return null;
  return (
    <Card withBorder component="section">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {title}
        </Title>
        <CopyButton text={pairs.map((pair) => pair.join("=")).join("\n")} />
      </Group>
      <Stack gap={4}>
        {pairs.map(([name, value]) => (
          <Text key={name} size="sm" className="mono" style={{ overflowWrap: "anywhere" }}>
            <b>{name}</b>={value}
          </Text>
        ))}
      </Stack>
    </Card>
  );
}

function useProcess(launch: Launched, isService: boolean): Row[] {
  const { t } = useTranslation();
  const policy = isService ? null : launch.restartPolicy;
  const tries = policy?.maximumRetryCount ? ` (${policy.maximumRetryCount})` : "";
  const { logConfig } = launch;
  const log = [
    logConfig?.driver,
    ...Object.entries(logConfig?.config ?? {}).map((pair) => pair.join("=")),
  ].filter(Boolean) as string[];
  return [
    [t("more.entryPoint"), lines(asText(launch.entryPoint))],
    [t("more.command"), lines(asText(launch.command))],
    [t("more.workingDir"), lines([launch.workingDir ?? ""].filter(Boolean))],
    [t("more.user"), launch.user],
    [
      t("more.console"),
      (launch.tty || launch.stdinOpen) && `-${launch.stdinOpen ? "i" : ""}${launch.tty ? "t" : ""}`,
    ],
    [t("more.restart"), policy?.name && `${t(`more.restarts.${policy.name as "no"}`)}${tries}`],
    [t("more.pullsAlways"), launch.labels?.[PULL] === "always" && t("more.yes")],
    [t("more.logDriver"), lines(log)],
  ];
}

function usePorts(launch: Launched): Row[] {
  const { t } = useTranslation();
  return (launch.ports ?? []).map((text) => {
    const { ip, outside, inside, protocol } = portOf(text);
    const host = outside ? [ip, outside].filter(Boolean).join(":") : t("service.port_any");
    return [`${inside}/${protocol}`, `${t("service.port_public")}: ${host}`];
  });
}

function useVolumes(launch: Launched): Row[] {
  const { t } = useTranslation();
  const mounts = (launch.dataVolumes ?? []).map((text): Row => {
    const { source, path, mode } = volumeOf(text);
    const isReadOnly = mode.split(",").includes("ro");
    return [
      path,
      <span key={text}>
        {source ? <Mono text={source} /> : t("more.anonymous")}
        {isReadOnly && ` · ${t("form.volume_ro")}`}
      </span>,
    ];
  });
  return [...mounts, [t("more.volumeDriver"), launch.volumeDriver]];
}

function useNetwork(launch: Launched): Row[] {
  const { t } = useTranslation();
  return [
    [t("more.mode"), launch.networkMode && t(`more.networks.${launch.networkMode}`)],
    [
      t("more.sharedId"),
      launch.networkContainerId && <Shared key="shared" id={launch.networkContainerId} />,
    ],
    [t("more.hostname"), launch.hostname],
    [t("more.domainName"), launch.domainName],
    [t("more.dns"), lines(launch.dns)],
    [t("more.dnsSearch"), lines(launch.dnsSearch)],
    [t("more.extraHosts"), lines(launch.extraHosts)],
  ];
}

function Shared({ id }: { id: string }) {
  const project = useProject();
  const { data } = useRow("container", id);
  return <Link to={`/env/${project}/containers/${id}`}>{data?.name ?? id}</Link>;
}

function useLimits(launch: Launched): Row[] {
  const { t, i18n } = useTranslation();
  const size = (value: number | null | undefined) => value && bytes(i18n.language, value);
  const { cpuQuota, cpuPeriod, milliCpuReservation } = launch;
  return [
    [t("more.memory"), size(launch.memory)],
    [t("more.memorySwap"), launch.memorySwap === -1 ? "∞" : size(launch.memorySwap)],
    [t("more.cpus"), cpuQuota && cpuQuota > 0 && String(cpuQuota / (cpuPeriod || 100_000))],
    [t("more.cpuShares"), launch.cpuShares],
    [t("more.cpuSet"), launch.cpuSet],
    [t("more.memoryReservation"), size(launch.memoryReservation)],
    [t("more.reservedCpus"), milliCpuReservation && String(milliCpuReservation / 1000)],
  ];
}

function useSecurity(launch: Launched): Row[] {
  const { t } = useTranslation();
  return [
    [t("more.isPrivileged"), launch.privileged && t("more.yes")],
    [t("more.isReadOnly"), launch.readOnly && t("more.yes")],
    [t("more.seesHost"), launch.pidMode === "host" && t("more.yes")],
    [t("more.capAdd"), lines(launch.capAdd)],
    [t("more.capDrop"), lines(launch.capDrop)],
    [t("more.devices"), lines(launch.devices)],
  ];
}

/** What no other card shows, by the API's names. */
function othersOf(launch: Launched): Row[] {
  return KEPT.map((name): Row => {
    const value: unknown = launch[name];
    const isEmpty =
      value === null ||
      value === undefined ||
      value === false ||
      (typeof value === "object" && Object.keys(value as object).length === 0);
    return [name, isEmpty ? null : lines([JSON.stringify(value)])];
  });
}
