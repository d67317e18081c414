namespace Loragate.EvalHarness.Scoring;

/// <summary>Finds the tokens that all requests begin with, where keeping them is worth it. Requests whose beginning was cut off, and long ones, have no say.</summary>
internal sealed class CommonBeginning
{
    /// <summary>Below it attention to kept tokens costs more than it saves.</summary>
    private const int FewestTokens = 32;

    private int[]? _tokens;
    private int _length;
    private int _firstGroup;
    private bool _isShared;

    /// <summary>The tokens; none where fewer than two groups share them.</summary>
    public IReadOnlyList<int> Tokens => _isShared && _length >= FewestTokens ? _tokens![.._length] : [];

    /// <summary>Takes a request in.</summary>
    public void Add(TokenPath path, int group)
    {
        if (path.IsTruncated || path.IsLong)
            return;
        if (_tokens is null)
        {
            (_tokens, _length, _firstGroup) = ([.. path.Inputs], path.FirstScored, group);
            return;
        }
        _isShared |= group != _firstGroup;
        _length = Math.Min(_length, path.FirstScored);
        for (var i = 0; i < _length; i++)
        {
            if (path.Inputs[i] != _tokens[i])
                _length = i;
        }
    }
}
