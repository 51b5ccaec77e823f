/** What is outside of environments: whether somebody is logged in, and where they go first. */

import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation } from "react-router";
import { Preferred } from "../account/look";
import { chosen, usePreferences } from "../account/preferences";
import type { Project } from "../api/generated";
import { type Collection, call, ROOT } from "../api/http";
import { useSession } from "../api/session";
import { Empty } from "../parts/empty";
import { Trouble } from "../parts/trouble";

export const PROJECTS = ["projects"] as const;
const LAST = "pasture.environment";

export function useProjects() {
  return useQuery({
    queryKey: PROJECTS,
    queryFn: async () => {
      const { data } = await call<Collection<Project>>("GET", `${ROOT}/projects?limit=1000`);
      const there = data.filter((project) => project.state !== "removed");
      return [...there.filter(isUsable), ...there.filter((project) => !isUsable(project))];
    },
    staleTime: 30_000,
  });
}

/** Whether one can work in an environment; the others are only known. */
export function isUsable({ state }: Project): boolean {
  return state === "active" || state === "updating-active";
}

export function remember(project: string): void {
  localStorage.setItem(LAST, project);
}

export function Waiting() {
  const { t } = useTranslation();
  return (
    <Center h="60vh">
      <Loader aria-label={t("table.loading")} />
    </Center>
  );
}

/** Leads to the login who is not logged in, and back; a server that is away logs nobody out. */
export function Outside() {
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.isPending) return <Waiting />;
  if (session.data === undefined) {
    return <Trouble error={session.error} again={() => void session.refetch()} />;
  }
  if (session.data.security && session.data.user === null) {
    const to = pathname + search;
    return <Navigate to={to === "/" ? "/login" : `/login?to=${encodeURIComponent(to)}`} replace />;
  }
  return (
    <>
      <Preferred />
      <Outlet />
    </>
  );
}

/** Leads into the environment where one wants to begin, or was last. */
export function FirstEnvironment() {
  const { t } = useTranslation();
  const projects = useProjects();
  const preferences = usePreferences();
  if (projects.isPending || preferences.isLoading) return <Waiting />;
  if (projects.isError) {
    return <Trouble error={projects.error} again={() => void projects.refetch()} />;
  }
  const wanted = [chosen(preferences.data).defaultProjectId, localStorage.getItem(LAST)];
  const [there = projects.data[0]] = wanted.flatMap((id) =>
    projects.data.filter((project) => project.id === id && isUsable(project)),
  );
  if (there === undefined) return <Empty sign="stack" title={t("error.no_environment")} />;
  return <Navigate to={`/env/${there.id}/home`} replace />;
}

export function NoSuchPage() {
  const { t } = useTranslation();
  return <Empty sign="search" title={t("error.not_found")} />;
}
