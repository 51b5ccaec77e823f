/** How many of a service run, and one more or one less of them. */

import { ActionIcon, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isReadOnly } from "../act/acts";
import { useRun } from "../act/run";
import type { Service } from "../api/generated";
import { selfOf } from "../api/http";
import { GLOBAL, MOST } from "../form/fields";
import { Icon } from "../parts/icons";

export function isGlobal(service: Service): boolean {
  return service.launchConfig?.labels?.[GLOBAL]?.toLowerCase() === "true";
}

export function Scale({ service, canWrap = false }: { service: Service; canWrap?: boolean }) {
  const { t } = useTranslation();
  const run = useRun();
  const name = service.name;
  if (isGlobal(service)) {
    return (
      <Text size="sm">
        {t("service.global")} ({service.currentScale})
      </Text>
    );
  }
  const to = (scale: number) =>
    run.mutate({ method: "PUT", path: selfOf(service), body: { scale } });
  const canChange = !isReadOnly(service) && service.state !== "removing";
  return (
    <Group className="scale" gap={6} wrap={canWrap ? "wrap" : "nowrap"}>
      <ActionIcon
        variant="default"
        aria-label={t("service.scale_down", { name })}
        disabled={!canChange || service.scale <= 0 || run.isPending}
        onClick={() => to(service.scale - 1)}
      >
        <Icon sign="minus" size={14} />
      </ActionIcon>
      <Text size="sm" miw={24} ta="center" data-testid="scale" title={t("service.scale")}>
        {service.scale}
      </Text>
      <ActionIcon
        variant="default"
        aria-label={t("service.scale_up", { name })}
        disabled={!canChange || service.scale >= MOST || run.isPending}
        onClick={() => to(service.scale + 1)}
      >
        <Icon sign="plus" size={14} />
      </ActionIcon>
      <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {t("service.running", { now: service.currentScale, wanted: service.scale })}
      </Text>
    </Group>
  );
}
