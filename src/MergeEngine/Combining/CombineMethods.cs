using Loragate.MergeEngine.Combining.Methods;

namespace Loragate.MergeEngine.Combining;

/// <summary>Every method by its name (docs/formats/combine.v1.md).</summary>
public static class CombineMethods
{
    private static readonly SortedDictionary<string, Func<OptionReader, CombineMethod>> ByName = new(StringComparer.Ordinal)
    {
        ["cat"] = _ => new Cat(),
        ["linear"] = o => o.OptionalRank() is { } rank ? new Svd(o.Name, rank) : new Cat(o.Name),
        ["svd"] = o => new Svd(o.Name, o.Rank()),
        ["magnitude-prune"] = o => new Blended(o.Name, o.Rank(), o.Seed(), new Blend { Pruning = Pruning.Magnitude, Density = o.Density() }),
        ["ties"] = o => new Blended(o.Name, o.Rank(), o.Seed(), new Blend { Pruning = Pruning.Magnitude, Density = o.Density(), Election = o.Sign() }),
        ["dare-linear"] = o => new Blended(o.Name, o.Rank(), o.Seed(), new Blend { Pruning = Pruning.Random, Density = o.Density(), Seed = o.Seed() }),
        ["dare-ties"] = o => new Blended(o.Name, o.Rank(), o.Seed(), new Blend { Pruning = Pruning.Random, Density = o.Density(), Election = o.Sign(), Seed = o.Seed() }),
        ["peft-cat"] = o => new PeftCat(o.Name),
        ["peft-linear"] = o => new PeftFactorwise(o.Name, Peft(new Blend())),
        ["peft-magnitude-prune"] = o => new PeftFactorwise(o.Name, Peft(new Blend { Pruning = Pruning.Magnitude, Density = o.Density() })),
        ["peft-ties"] = o => new PeftFactorwise(o.Name, Peft(new Blend { Pruning = Pruning.Magnitude, Density = o.Density(), Election = o.Sign() })),
        ["peft-dare-linear"] = o => new PeftFactorwise(o.Name, Peft(new Blend { Pruning = Pruning.Random, Density = o.Density(), Seed = o.Seed() })),
        ["peft-dare-ties"] = o => new PeftFactorwise(o.Name, Peft(new Blend { Pruning = Pruning.Random, Density = o.Density(), Election = o.Sign(), Seed = o.Seed() })),
        ["peft-svd"] = o => new PeftSvd(o.Name, o.OptionalRank(), o.Seed(), Peft(new Blend())),
        ["peft-magnitude-prune-svd"] = o => new PeftSvd(o.Name, o.OptionalRank(), o.Seed(), Peft(new Blend { Pruning = Pruning.Magnitude, Density = o.Density() })),
        ["peft-ties-svd"] = o => new PeftSvd(o.Name, o.OptionalRank(), o.Seed(), Peft(new Blend { Pruning = Pruning.Magnitude, Density = o.Density(), Election = o.Sign() })),
        ["peft-dare-linear-svd"] = o => new PeftSvd(o.Name, o.OptionalRank(), o.Seed(), Peft(new Blend { Pruning = Pruning.Random, Density = o.Density(), Seed = o.Seed() })),
        ["peft-dare-ties-svd"] = o => new PeftSvd(o.Name, o.OptionalRank(), o.Seed(), Peft(new Blend { Pruning = Pruning.Random, Density = o.Density(), Election = o.Sign(), Seed = o.Seed() })),
    };

    /// <summary>The names in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>A method with its parameters.</summary>
    /// <exception cref="ArgumentException">No such method; a parameter is missing, out of range, or unknown to the method.</exception>
    public static CombineMethod Create(string name, MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!ByName.TryGetValue(name, out var create))
            throw new ArgumentException($"'{name}' is no method; there are {string.Join(", ", Names)}.");
        var reader = new OptionReader(name, options);
        var method = create(reader);
        reader.ExpectAllUsed();
        return method;
    }

    private static Blend Peft(Blend blend) => blend with { WeightsVote = false };
}
