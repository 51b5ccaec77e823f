/** What one may do with types: the server's schemas tell, for the role that one has there. */

import { useQuery } from "@tanstack/react-query";
import { useProject } from "../live/live";
import { ApiError, call, collectionPath } from "./http";

interface Schema {
  collectionMethods: string[];
}

/** Whether one may make such a thing here; true until it is known. */
export function useMayCreate(type: string): boolean {
  const project = useProject();
  const { data } = useQuery({
    queryKey: ["schema", project, type],
    queryFn: async () => {
      try {
        const path = collectionPath(project, `schemas/${type}`);
        return (await call<Schema>("GET", path)).collectionMethods.includes("POST");
      } catch (error) {
        if (error instanceof ApiError && error.status < 500) return false;
        throw error;
      }
    },
    staleTime: 60_000,
  });
  return data ?? true;
}
