namespace Loragate.EvalHarness.Tasks.FewShots;

/// <summary>
/// CPython's <c>random.Random(seed)</c>, as far as <c>sample</c> needs it: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) seeded by
/// <c>init_by_array</c>, and the sampling of Lib/random.py (3.8 to 3.13). Not for secrets.
/// </summary>
internal sealed class PythonRandom
{
    private const int N = 624;
    private const int M = 397;

    private readonly uint[] _state = new uint[N];
    private int _next = N;

    /// <summary>The generator of a seed; as in Python, its sign does not count.</summary>
    public PythonRandom(int seed)
    {
        Seed(19650218);
        SeedBy((uint)Math.Abs((long)seed));
    }

    /// <summary><c>sample(range(population), count)</c>: distinct indices in the order drawn.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More are asked for than there are.</exception>
    public int[] Sample(int population, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, population);
        return population <= SetSize(count) ? FromPool(population, count) : FromSet(population, count);
    }

    // Below this size CPython finds a list of the population cheaper than a set of the drawn.
    private static int SetSize(int count) => count <= 5 ? 21 : 21 + (int)Math.Pow(4, Math.Ceiling(Math.Log(count * 3) / Math.Log(4)));

    private int[] FromPool(int population, int count)
    {
        var pool = Enumerable.Range(0, population).ToArray();
        var drawn = new int[count];
        for (var i = 0; i < count; i++)
        {
            var at = Below(population - i);
            drawn[i] = pool[at];
            pool[at] = pool[population - i - 1];
        }
        return drawn;
    }

    private int[] FromSet(int population, int count)
    {
        var drawn = new List<int>(count);
        var seen = new HashSet<int>();
        while (drawn.Count < count)
        {
            var index = Below(population);
            if (seen.Add(index))
                drawn.Add(index);
        }
        return [.. drawn];
    }

    /// <summary>A number below <paramref name="bound"/>: as many bits as the bound has, again until they are below it.</summary>
    private int Below(int bound)
    {
        var bits = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)bound);
        while (true)
        {
            var value = Next() >> (32 - bits);
            if (value < bound)
                return (int)value;
        }
    }

    private void Seed(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < N; i++)
            _state[i] = unchecked((1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i);
    }

    /// <summary><c>init_by_array</c> of a key of one word.</summary>
    private void SeedBy(uint key)
    {
        unchecked
        {
            var i = 1;
            for (var k = 0; k < N; k++)
            {
                _state[i] = (_state[i] ^ ((_state[i - 1] ^ (_state[i - 1] >> 30)) * 1664525u)) + key;
                i = Advance(i);
            }
            for (var k = 0; k < N - 1; k++)
            {
                _state[i] = (_state[i] ^ ((_state[i - 1] ^ (_state[i - 1] >> 30)) * 1566083941u)) - (uint)i;
                i = Advance(i);
            }
            _state[0] = 0x80000000u;
        }
    }

    private int Advance(int i)
    {
        if (i + 1 < N)
            return i + 1;
        _state[0] = _state[N - 1];
        return 1;
    }

    private uint Next()
    {
        if (_next == N)
            Twist();
        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < N; i++)
        {
            var y = (_state[i] & 0x80000000u) | (_state[(i + 1) % N] & 0x7fffffffu);
            _state[i] = _state[(i + M) % N] ^ (y >> 1) ^ ((y & 1) * 0x9908b0dfu);
        }
        _next = 0;
    }
}
