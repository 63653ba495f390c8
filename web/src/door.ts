// door -- what the page runs first: the board on the wall, which is nobody's and loads nothing of
// the app, or else the app.
if (location.pathname.startsWith("/wall/"))
  void import("./rooms/live/WallPage.tsx").then(({ start }) => start());
else void import("./main.tsx");
