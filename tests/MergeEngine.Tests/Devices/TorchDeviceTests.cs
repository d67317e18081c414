using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Algebra;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Devices.Torch;
using Loragate.Testing;

namespace Loragate.MergeEngine;

public sealed class TorchDeviceTests
{
    private const int Cases = 300;
    private const int Batch = 20;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, Cases / Batch)];

    /// <summary>The cases of the chains, which meet every kind of change with every type.</summary>
    [Theory]
    [MemberData(nameof(Batches))]
    public void Every_kind_of_change_gives_the_kernels_bytes_and_comes_off_again(int batch)
    {
        for (var seed = batch * Batch; seed < (batch + 1) * Batch; seed++)
        {
            using var temp = new TempFolder();
            var any = new AnyCase(seed);
            var request = TinyModel.Request(any.WriteBase(temp.PathTo("base")), temp.PathTo("merged"), new WeightedAdapter(any.WriteAdapter(temp.PathTo("adapter"), any.KindOf(0)))) with { OutputType = seed % 11 == 0 ? DType.F32 : null };
            SameOnTorch.AssertMerge(request, Merger.Merge(request), temp.PathTo("torch"));
            var undo = TinyModel.Undo(request.Output, temp.PathTo("restored"));
            Unmerger.Unmerge(undo);
            SameOnTorch.AssertUnmerge(undo, temp.PathTo("restored on torch"));
        }
    }

    [Theory]
    [InlineData(DType.F32, DType.BF16)]
    [InlineData(DType.F32, DType.F16)]
    [InlineData(DType.BF16, DType.F16)]
    [InlineData(DType.F16, DType.BF16)]
    public void A_merge_of_several_adapters_into_a_narrower_type_gives_the_kernels_bytes(DType from, DType to)
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), from);
        var request = TinyModel.Request(source, temp.PathTo("merged"), new(TinyModel.WriteAdapter(temp.PathTo("a"), 1), 0.3), new(TinyModel.WriteAdapter(temp.PathTo("b"), 2), -1.7)) with { OutputType = to, WithUndo = false };
        SameOnTorch.AssertMerge(request, Merger.Merge(request), temp.PathTo("torch"));
    }

    [Fact]
    public void A_result_that_is_not_finite_is_refused_with_the_kernels_words()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.F16, change: (name, values) => name == TinyModel.QueryTensor ? [.. values.Select((v, i) => i == 100 ? 65504f : v)] : values);
        var adapter = TinyModel.WriteAdapter(temp.PathTo("a"), change: (_, values) => [.. values.Select(v => 100 * Math.Abs(v))]);
        var request = TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(adapter));
        var expected = Assert.Throws<NonFiniteException>(() => Merger.Merge(request));
        using var device = SameOnTorch.Open();
        Assert.Equal(expected.Message, Assert.Throws<NonFiniteException>(() => Merger.Merge(request with { Device = device })).Message);
        Assert.False(Directory.Exists(request.Output));
    }

    [Fact]
    public void A_memory_too_small_for_one_row_is_refused_with_the_bytes_it_takes()
    {
        using var temp = new TempFolder();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        using var device = SameOnTorch.Open(threads: 2, memory: 2000);
        var refusal = Assert.Throws<DeviceException>(() => Merger.Merge(request with { Device = device }));
        Assert.Matches("need [0-9]+ bytes .* 1000.*--device-memory", refusal.Message);
        Assert.False(Directory.Exists(request.Output));
    }

    [Fact]
    public void A_memory_too_small_for_a_product_is_refused_with_the_bytes_it_takes()
    {
        using var device = SameOnTorch.Open(threads: 1, memory: 1000);
        var refusal = Assert.Throws<DeviceException>(() => device.Products.Multiply(new double[16], 2, new Matrix(8, 20), new double[40]));
        Assert.Matches("torch-cpu: a product needs 1664 bytes .* 1000.*--device-memory", refusal.Message);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:99")]
    public void A_device_that_is_not_there_is_refused(string name) => Assert.Throws<DeviceException>(() => TorchDevice.Open(name, 1 << 20, 1));
}
