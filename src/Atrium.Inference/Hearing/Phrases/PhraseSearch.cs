namespace Atrium.Inference.Hearing.Phrases;

/// <summary>
/// Writes with phrases in mind. One way through the audio is the likeliest token each time, as without a list; others leave it where a phrase may begin, follow that phrase
/// to its end and go on with the likeliest again. A way that leaves its phrase is given up, and one with a phrase wins only where what the phrase is worth outweighs what is
/// less likely in it: so a list of which nothing is said changes nothing.
/// </summary>
/// <param name="run">The decoder over the audio.</param>
/// <param name="phrases">That are expected.</param>
/// <param name="most">Tokens.</param>
/// <param name="isSpeech">Whether something is written at any rate.</param>
internal sealed class PhraseSearch(MoonshineRun run, PhraseTrie phrases, int most, bool isSpeech)
{
    /// <summary>Ways that leave one for phrases at one token.</summary>
    private const int MostForks = 2;

    /// <summary>A way that ends right after its phrase may be so many tokens shorter than one that does not: as many as a name that is spelled wrong has more. One that is shorter yet leaves out what is said.</summary>
    private const int MostShorter = 8;

    /// <summary>Runs of the model for each token that may be written; once they are used up no way leaves another.</summary>
    private const int MostRuns = 3;

    private readonly PhraseRules rules = phrases.Rules;
    private int runs;

    public List<WrittenToken> Write(CancellationToken cancellationToken)
    {
        List<Way> open = [new(run, phrases.Root)];
        Way? best = null, early = null;
        try
        {
            while (open.Count > 0)
            {
                var ahead = open.SelectMany(Choices).OrderByDescending(choice => choice.Score).ToList();
                ahead = Settle(ahead);
                var next = new List<Way>();
                try
                {
                    foreach (var choice in ahead)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        var tokens = choice.Way.With(choice, run);
                        if (MoonshineDecoder.IsOver(tokens, most))
                        {
                            var over = Way.Over(tokens, choice);
                            ref var kept = ref choice.IsPlain || choice.Since >= rules.Settles ? ref best : ref early;
                            kept = kept is null || over.Score > kept.Score ? over : kept;
                        }
                        else
                        {
                            runs++;
                            next.Add(choice.Way.Go(tokens, choice, run));
                        }
                    }
                }
                finally
                {
                    open.ForEach(way => way.Dispose());
                    open = next;
                }

                if (best is not null)
                {
                    // Each token takes something away, so what is behind falls back further.
                    open.RemoveAll(way => way.Score <= best.Score && way.Leave());
                }
            }
        }
        finally
        {
            open.ForEach(way => way.Dispose());
        }

        return (best is null || (early?.Score > best.Score && best.Tokens.Count <= early.Tokens.Count + MostShorter) ? early! : best).Tokens;
    }

    /// <summary>How a way may go on.</summary>
    private List<Choice> Choices(Way way)
    {
        var logits = way.Step.Logits;
        var sum = way.Step.LogSum();
        var likeliest = way.Step.Best(goesOn: isSpeech && way.Tokens.Count == 0);
        var choices = new List<Choice>(1 + MostForks);
        var after = phrases.Next(way.State, likeliest);
        var isFork = way.IsFork && after.Earned == way.State.Earned;
        if (!isFork || after.Node != phrases.Root)
        {
            choices.Add(new(way, likeliest, logits[likeliest] - sum, after, isFork) { IsPlain = way.IsPlain });
        }

        // Where the model says that nothing more is said, no phrase is.
        if (likeliest != MoonshineModel.End && runs < MostRuns * most)
        {
            AddForks(way, likeliest, sum, choices);
        }

        return choices;
    }

    private void AddForks(Way way, int likeliest, double sum, List<Choice> choices)
    {
        var logits = way.Step.Logits;
        var least = sum + rules.LeastLikely;
        var forks = new List<(int Piece, float Logit)>();
        void Look(PhraseNode node, ReadOnlySpan<float> from)
        {
            foreach (var piece in node.Pieces)
            {
                if (from[piece] > least && piece != likeliest && !forks.Exists(fork => fork.Piece == piece))
                {
                    forks.Add((piece, from[piece]));
                }
            }
        }

        Look(way.State.Node, logits);
        if ((!way.IsFork || way.State.Node.IsPhrase) && phrases.BeginsWord(likeliest))
        {
            // A phrase begins in place of another word, and not within one or before a mark: it would be put in, not heard.
            Look(phrases.Root, logits);
        }

        choices.AddRange(forks.OrderByDescending(fork => fork.Logit).Take(MostForks)
            .Select(fork => new Choice(way, fork.Piece, fork.Logit - sum, phrases.Next(way.State, fork.Piece), IsFork: true)));
    }

    /// <summary>The ways that go on, the best first.</summary>
    private List<Choice> Settle(List<Choice> ahead)
    {
        var settled = ahead.Find(choice => choice.Since >= rules.Settles);
        var rest = ahead.Where(choice => (choice == settled || choice.Since < rules.Settles) && (!choice.IsFork || choice.Hope > ahead[0].Score - rules.Slack)).ToList();
        var going = rest.Take(rules.MostWays).ToList();

        // The way that no phrase led astray stays, for the phrases of others may not be completed.
        if (!going.Exists(choice => choice.IsPlain) && rest.Find(choice => choice.IsPlain) is { } plain)
        {
            going[^1] = plain;
        }

        return going;
    }

    /// <summary>One way with one more token.</summary>
    private sealed record Choice(Way Way, int Token, double LogProbability, PhraseState State, bool IsFork)
    {
        public double Score { get; } = Way.Sum + LogProbability + State.Promised;

        /// <summary>Whether no phrase led it astray: the likeliest token each time.</summary>
        public bool IsPlain { get; init; }

        /// <summary>The score that it would have with its phrase completed and nothing else written.</summary>
        public double Hope { get; } = Way.Sum + LogProbability + State.Earned + State.Node.Most;

        /// <summary>Tokens since it was in a phrase.</summary>
        public int Since { get; } = State.Node == Way.State.Node && State.Node.Total == 0 && State.Earned == Way.State.Earned ? Way.Since + 1 : 0;
    }

    /// <summary>What is written so far, what the model says after it, and where it stands among the phrases.</summary>
    private sealed class Way : IDisposable
    {
        private readonly MoonshineStep? owned;

        public Way(MoonshineRun run, PhraseNode root) => (Step, State, IsPlain) = (run.First, new(root, 0), true);

        private Way(List<WrittenToken> tokens, Choice choice, MoonshineStep? step)
        {
            (Tokens, Sum, State, IsFork, IsPlain, Since) = (tokens, choice.Way.Sum + choice.LogProbability, choice.State, choice.IsFork, choice.IsPlain, choice.Since);
            (Step, owned) = (step!, step);
        }

        public List<WrittenToken> Tokens { get; } = [];

        public MoonshineStep Step { get; }

        /// <summary>Of the logarithms of the tokens' probabilities.</summary>
        public double Sum { get; }

        public PhraseState State { get; }

        /// <summary>Whether it left another way for a phrase that is not completed yet.</summary>
        public bool IsFork { get; }

        public bool IsPlain { get; }

        public int Since { get; }

        public double Score => Sum + State.Promised;

        public List<WrittenToken> With(Choice choice, MoonshineRun run) => [.. Tokens, new(choice.Token, (float)choice.LogProbability, run.Attention(Step))];

        public Way Go(List<WrittenToken> tokens, Choice choice, MoonshineRun run) => new(tokens, choice, run.Next(Step, choice.Token));

        public static Way Over(List<WrittenToken> tokens, Choice choice) => new(tokens, choice, step: null);

        public bool Leave()
        {
            Dispose();
            return true;
        }

        public void Dispose() => owned?.Dispose();
    }
}
