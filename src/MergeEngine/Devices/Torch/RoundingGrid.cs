using Loragate.Artifacts.Safetensors;
using static TorchSharp.torch;

namespace Loragate.MergeEngine.Devices.Torch;

/// <summary>
/// The values of F32, BF16 or F16 among the doubles: m · 2^(max(e, lowest) − p), p the stored bits of the fraction (IEEE 754 §3.3), subnormal numbers
/// included. The spacing at a double comes from a table by its exponent, so that every power of two is exact on any device.
/// </summary>
internal sealed class RoundingGrid : IDisposable
{
    private readonly Tensor _lowest;
    private readonly Tensor _highest;
    private readonly Tensor _toZero;
    private readonly Tensor _spacings;
    private readonly Tensor _half;
    private readonly Tensor _binade;

    /// <summary>The grid of a type.</summary>
    public RoundingGrid(DType type, Device device)
    {
        var (lowest, highest, fractionBits) = type switch
        {
            DType.F32 => (-126, 127, 23),
            DType.BF16 => (-126, 127, 7),
            _ => (-14, 15, 10),
        };
        using var scope = NewDisposeScope();
        // frexp gives 2^e the exponent e + 1. One binade more than the type has, so that what overflows stays beyond its largest value.
        _lowest = Keep(tensor(lowest + 1, int32, device));
        _highest = Keep(tensor(highest + 2, int32, device));
        _toZero = Keep(tensor(-(lowest + 1), int32, device));
        _spacings = Keep(tensor([.. Enumerable.Range(0, highest - lowest + 2).Select(i => Math.ScaleB(1, lowest + i - fractionBits))], float64, device));
        _half = Keep(tensor(0.5, float64, device));
        _binade = Keep(tensor(Math.ScaleB(1, fractionBits), float64, device));
        Smallest = Keep(tensor(Math.ScaleB(1, lowest - fractionBits), float64, device));
        Largest = Keep(tensor(Math.ScaleB(2 - Math.ScaleB(1, -fractionBits), highest), float64, device));
    }

    /// <summary>The smallest positive value.</summary>
    public Tensor Smallest { get; }

    /// <summary>The largest finite value.</summary>
    public Tensor Largest { get; }

    /// <summary>The nearest values, ties to even; beyond <see cref="Largest"/> where a double overflows.</summary>
    public Tensor Round(Tensor values)
    {
        using var spacing = SpacingAt(values);
        return values.div(spacing).round_().mul_(spacing);
    }

    /// <summary>Which doubles are finite values of the type.</summary>
    public Tensor Holds(Tensor rounded)
    {
        using var magnitude = rounded.abs();
        return magnitude.le(Largest);
    }

    /// <summary>Which values of the type are ±<see cref="Largest"/>.</summary>
    public Tensor IsLargest(Tensor rounded)
    {
        using var magnitude = rounded.abs();
        return magnitude.eq(Largest);
    }

    /// <summary>The places of values of the type in its order, counted from zero, both zeros as one.</summary>
    public Tensor Places(Tensor values)
    {
        using var binade = BinadeOf(values);
        using var inBinade = _spacings.take(binade);
        using var sign = values.sign();
        var places = binade.to(float64).mul_(_binade).mul_(sign);
        using var rest = values.div(inBinade);
        places.Add(rest);
        return places;
    }

    /// <summary>What leads from values of the type to the next ones away from zero and towards it, as magnitudes; a zero has no telling.</summary>
    public (Tensor Away, Tensor Inner) Steps(Tensor values)
    {
        var spacing = SpacingAt(values);
        using var magnitude = values.abs();
        using var quotient = magnitude.div(spacing);
        // The lowest number of a binade, the lowest normal one aside, has a neighbour at half the distance.
        using var isLowest = quotient.eq(_binade).logical_and_(spacing.gt(Smallest));
        using var half = spacing.mul(_half);
        return (spacing, where(isLowest, half, spacing));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var held in (Tensor[])[_lowest, _highest, _toZero, _spacings, _half, _binade, Smallest, Largest])
            held.Dispose();
    }

    private static Tensor Keep(Tensor tensor) => tensor.DetachFromDisposeScope();

    private Tensor SpacingAt(Tensor values)
    {
        using var binade = BinadeOf(values);
        return _spacings.take(binade);
    }

    /// <summary>Binades above the lowest normal one, subnormal numbers counted with that one.</summary>
    private Tensor BinadeOf(Tensor values)
    {
        var (mantissa, exponent) = values.frexp();
        mantissa.Dispose();
        using (exponent)
        {
            exponent.clamp_(_lowest, _highest).Add(_toZero);
            return exponent.to(int64);
        }
    }
}
