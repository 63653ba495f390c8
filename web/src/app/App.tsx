// App -- what is around every screen, and which one it is: first run, sign-in, or a room in its
// frame.
import { useEffect } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { QueryClientProvider } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { cache } from "../feed/cache.ts";
import type { Session } from "../feed/session.ts";
import { SignInRoom } from "../rooms/sign_in/SignInRoom.tsx";
import { Empty } from "../parts/states.tsx";
import { Button } from "../parts/Button.tsx";
import { currentManners, t } from "../words/words.ts";
import { Frame } from "./Frame.tsx";

function Unreachable() {
  return (
    <main>
      <Empty
        title={t("common.unreachable")}
        action={<Button onPress={() => location.reload()}>{t("common.try_again")}</Button>}
      />
    </main>
  );
}

// What a guest may see: signing in, an invitation, a reset, the first run.
function Outside({ isFirstRun, resets }: { isFirstRun: boolean; resets: boolean }) {
  const [path, go] = useLocation();
  const isOwnPage = /^\/(join|reset|start)/.test(path);
  useEffect(() => {
    if (isFirstRun && path !== "/start") go("/start");
  }, [isFirstRun, path, go]);
  return <SignInRoom isFirstRun={isFirstRun} resets={resets} path={isOwnPage ? path : "/"} />;
}

export function App({ session }: { session: Session | null }) {
  const [, go] = useLocation();
  return (
    <QueryClientProvider client={cache}>
      <I18nProvider locale={currentManners().locale}>
        <RouterProvider navigate={go}>
          {session === null ? (
            <Unreachable />
          ) : session.state === "signed_in" ? (
            <Frame />
          ) : (
            <Outside
              isFirstRun={session.state === "first_run"}
              resets={session.state === "signed_out" && session.resets}
            />
          )}
        </RouterProvider>
      </I18nProvider>
    </QueryClientProvider>
  );
}
