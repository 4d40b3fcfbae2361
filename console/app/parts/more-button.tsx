type Props = {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
  readonly children: string;
};

/** The next page, while there is one. */
export const MoreButton = ({ query: { hasNextPage, isFetchingNextPage, fetchNextPage }, children }: Props) =>
  hasNextPage ? (
    <p>
      <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {children}
      </button>
    </p>
  ) : null;
