namespace Loragate.Tuning.Data;

/// <summary>A row of training data in tokens.</summary>
/// <param name="Tokens">The token ids, at least two.</param>
/// <param name="IsLearnt">Whether each token is to be predicted; the first never is.</param>
public sealed record Example(IReadOnlyList<int> Tokens, IReadOnlyList<bool> IsLearnt)
{
    /// <summary>How many tokens are to be predicted.</summary>
    public int Learnt => IsLearnt.Count(learnt => learnt);
}
