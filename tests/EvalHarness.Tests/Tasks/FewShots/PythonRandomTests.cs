using System.Globalization;

namespace Loragate.EvalHarness.Tasks.FewShots;

public sealed class PythonRandomTests
{
    /// <summary>What CPython 3.11 prints for <c>r = random.Random(seed)</c>, then <c>r.sample(range(population), k)</c> several times.</summary>
    public static TheoryData<int, int, string> Draws => new()
    {
        { 1234, 100, "99 56 14; 0 11 74; 4 85 88 10 12; 98 45 30 2 3 44" },
        { 1234, 21, "14 3 0 2 1; 2 3 11 7" },
        { 0, 85, "49 53 5 33 65 62; 51 38 61 45 74 27 64" },
        { 1234, 86, "56 14 0 11 74 4; 85 10 12 45 30 2 3 44 82 79 61 78 59 19 11 23 14 1 64 62" },
        { 7, 12, "5 2 6 0 1 9 4 8 10 3 11 7; 0" },
        { -1234, 100000, "57767 15315; 981 11880 76313 4577 88023 90844 11001 12900 46482 31039 2284 4038 2076 45362 84976 81694" },
        { 2147483647, 300, "162 61 100 148 170 3 275 98 78 111 265 225 173 188 286 14 268 73 31 250 207 8 127 47 96 10 19 215 39 67 126 206 212 227 36 203 147 224 169 178 294 84 255 240 92 83 64 239 277 259 40 17 238 113 115 230 251 57 124 25 125 129 9 146" },
    };

    [Theory]
    [MemberData(nameof(Draws))]
    public void Samples_are_CPythons(int seed, int population, string expected)
    {
        var random = new PythonRandom(seed);
        foreach (var draw in expected.Split("; "))
        {
            var indices = draw.Split(' ').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(indices, random.Sample(population, indices.Length));
        }
    }
}
