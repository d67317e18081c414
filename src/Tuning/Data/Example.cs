using System.Runtime.InteropServices;
using Loragate.Artifacts;

namespace Loragate.Tuning.Data;

/// <summary>A row of training data in tokens.</summary>
/// <param name="Tokens">The token ids, at least two.</param>
/// <param name="IsLearnt">Whether each token is to be predicted; the first never is.</param>
public sealed record Example(IReadOnlyList<int> Tokens, IReadOnlyList<bool> IsLearnt)
{
    /// <summary>How many tokens are to be predicted.</summary>
    public int Learnt => IsLearnt.Count(learnt => learnt);

    /// <summary>All tokens by content: one row in two spellings has one.</summary>
    internal Digest Whole => Beginning(Tokens.Count);

    /// <summary>The tokens before the last answer by content.</summary>
    internal Digest Question => Beginning(Tokens.Count - IsLearnt.Reverse().TakeWhile(learnt => learnt).Count());

    private Digest Beginning(int count) => Digest.Of(MemoryMarshal.AsBytes<int>(Tokens.Take(count).ToArray()));
}
