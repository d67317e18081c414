namespace Loragate.MergeEngine.Combining;

/// <summary>Hands a method its parameters, checked, and knows which were not asked for.</summary>
internal sealed class OptionReader
{
    private const int MostRank = 65_536;

    private readonly MethodOptions _options;
    private MethodOptions _unused;

    public OptionReader(string name, MethodOptions options) => (Name, _options, _unused) = (name, options, options);

    /// <summary>The method's name.</summary>
    public string Name { get; }

    public int Rank() => OptionalRank() ?? throw Fault("needs a rank");

    public int? OptionalRank()
    {
        _unused = _unused with { Rank = null };
        return _options.Rank is null or (> 0 and <= MostRank) ? _options.Rank : throw Fault($"takes a rank between 1 and {MostRank}, not {_options.Rank}");
    }

    public double Density()
    {
        _unused = _unused with { Density = null };
        return _options.Density switch
        {
            null => throw Fault("needs a density"),
            > 0 and <= 1 => _options.Density.Value,
            _ => throw Fault(FormattableString.Invariant($"takes a density above 0 and at most 1, not {_options.Density}")),
        };
    }

    public MajoritySign Sign()
    {
        _unused = _unused with { MajoritySign = null };
        return _options.MajoritySign ?? MajoritySign.Total;
    }

    public ulong Seed()
    {
        _unused = _unused with { Seed = null };
        return _options.Seed ?? 0;
    }

    /// <summary>A parameter that a method does not know would be a wish that nobody fulfils.</summary>
    public void ExpectAllUsed()
    {
        if (_unused.Rank is not null)
            throw Fault("takes no rank");
        if (_unused.Density is not null)
            throw Fault("takes no density");
        if (_unused.MajoritySign is not null)
            throw Fault("elects no sign");
        if (_unused.Seed is not null)
            throw Fault("uses no random numbers, so it takes no seed");
    }

    private ArgumentException Fault(string fault) => new($"Method '{Name}' {fault}.");
}
