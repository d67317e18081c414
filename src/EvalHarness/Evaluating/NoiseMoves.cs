using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>What the engine's noise (<see cref="EngineNoise"/>) can turn: the likeliest choice of a document, a token of its text, a score that has few values.</summary>
internal static class NoiseMoves
{
    private const int MostAnswersInEveryWay = 4;

    /// <summary>Whether the engine's noise can turn the likeliest choice of a document, or a token of its text.</summary>
    public static bool IsCoinFlip(TaskItem item, IReadOnlyList<Response> responses, double noise) => item.Generation is not null
        ? IsNear(responses[0], noise)
        : responses.Take(Math.Max(1, item.Choices.Count)).Select(r => r.LogLikelihood).OrderDescending().Take(2).ToArray() is [var best, var second] && best - second < 2 * noise;

    /// <summary>
    /// The scores of one of few values (right or wrong, for or against a group) that turn when the noise moves the answers; of a text that may as well be another one,
    /// whatever it may score, all scores.
    /// </summary>
    public static IReadOnlyList<string> Unsteady(EvaluationTask task, TaskItem item, IReadOnlyList<Response> responses, IReadOnlyDictionary<string, double> scores, double noise)
    {
        if (item.Generation is not null)
            return IsNear(responses[0], noise) ? [.. scores.Keys] : [];
        string[] names = [.. scores.Where(score => score.Value is -1 or 0 or 1).Select(score => score.Key)];
        if (names.Length == 0)
            return [];
        var moved = Moved(item, responses, noise).Select(answers => task.Score(item, answers)).ToList();
        return [.. names.Where(name => moved.Any(other => other[name] is -1 or 0 or 1 && other[name] != scores[name]))];
    }

    /// <summary>The scores that greedy flags turn, by name; whether the noise turns the flags, their margins tell.</summary>
    public static IReadOnlyList<string> TurnedByGreedyFlags(EvaluationTask task, TaskItem item, IReadOnlyList<Response> responses)
    {
        IReadOnlyDictionary<string, double> Scores(bool isGreedy) => task.Score(item, [.. responses.Select(r => r with { IsGreedy = isGreedy })]);
        var (all, none) = (Scores(true), Scores(false));
        return [.. all.Keys.Where(name => all[name] != none[name])];
    }

    /// <summary>The answers as the noise may move them: their log-likelihoods, and the greedy flags that stand on as little, all for or all against.</summary>
    private static IEnumerable<IReadOnlyList<Response>> Moved(TaskItem item, IReadOnlyList<Response> responses, double noise)
    {
        if (responses.Count > 1)
        {
            foreach (var move in Moves(responses.Count, item.Choices.Count))
                yield return [.. responses.Select((r, i) => r with { LogLikelihood = r.LogLikelihood + (move(i) ? noise : -noise) })];
        }
        if (responses.Any(r => IsNear(r, noise)))
        {
            yield return [.. responses.Select(r => IsNear(r, noise) ? r with { IsGreedy = true } : r)];
            yield return [.. responses.Select(r => IsNear(r, noise) ? r with { IsGreedy = false } : r)];
        }
    }

    /// <summary>Whether the noise can make another token the likeliest somewhere.</summary>
    private static bool IsNear(Response response, double noise) => response.GreedyMargin is { } margin && Math.Abs(margin) < 2 * noise;

    /// <summary>
    /// Which answers are lifted, the others lowered: every way where they are few; else each alone, which turns whatever compares the best with the rest,
    /// and each with all others' answers without context, which turns what compares the differences of the two.
    /// </summary>
    private static IEnumerable<Func<int, bool>> Moves(int answers, int choices)
    {
        if (answers <= MostAnswersInEveryWay)
            return Enumerable.Range(0, 1 << answers).Select(mask => (Func<int, bool>)(i => (mask >> i & 1) == 1));
        var alone = Enumerable.Range(0, answers).Select(lifted => (Func<int, bool>)(i => i == lifted));
        return answers == 2 * choices
            ? alone.Concat(Enumerable.Range(0, choices).Select(lifted => (Func<int, bool>)(i => i < choices ? i == lifted : i - choices != lifted)))
            : alone;
    }
}
