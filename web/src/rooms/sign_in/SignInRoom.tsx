// SignInRoom -- what a guest may see.
export function SignInRoom({ isFirstRun, path }: { isFirstRun: boolean; path: string }) {
	return <main>{isFirstRun ? "first" : path}</main>;
}
