using System.Text.Json.Nodes;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Devices.Torch;
using Loragate.Testing;

namespace Loragate.MergeEngine;

public sealed class ForecastTests
{
    [Fact]
    public void A_forecast_names_what_the_merge_changes_and_writes_nothing()
    {
        using var temp = new TempFolder();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16, sharded: true), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        var forecast = Merger.Forecast(request);
        Assert.False(Directory.Exists(request.Output));
        var receipt = Merger.Merge(request);
        Assert.Equal(receipt.Merged.Select(m => m.Name), forecast.Changed.Select(c => c.Name));
        Assert.Equal(receipt.Inputs.Count, forecast.Tensors);
        var weights = Directory.EnumerateFiles(request.Base, "*.safetensors").Sum(file => new FileInfo(file).Length);
        Assert.InRange(forecast.BytesRead, weights / 2, weights);
    }

    [Fact]
    public void Without_undo_nothing_but_the_weights_is_written()
    {
        using var temp = new TempFolder();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.F32), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")))) with { WithUndo = false, OutputType = DType.BF16 };
        var forecast = Merger.Forecast(request);
        Assert.Null(forecast.SideCarBytes);
        Assert.Equal(forecast.BytesRead, 2 * forecast.BytesWritten);
    }

    [Fact]
    public void A_tensor_whose_columns_are_normed_is_read_twice_and_its_factors_are_kept()
    {
        using var temp = new TempFolder();
        var any = AnyCase.All().First(c => c is { IsTied: false, OutputType: null } && c.Kinds[0] == "embedding-dora");
        var request = Assert.Single(any.Write(temp, 1));
        var forecast = Merger.Forecast(request);
        using (var source = Checkpoint.Open(request.Base))
            Assert.Equal(source.Tensors.Values.Sum(t => t.Info.Length) + source.Tensor(Assert.Single(forecast.Changed).Name).Info.Length, forecast.BytesRead);
        // All but the bits is known: 0.25 bit for each of 460 weights are forecast, 14 bytes where the true number takes fewer digits at most.
        Merger.Merge(request);
        using var sideCar = SafetensorsFile.Open(Path.Combine(request.Output, "loragate", "undo.safetensors"));
        var bits = sideCar.Header.Tensors.Single(t => t.Name.StartsWith("bits/", StringComparison.Ordinal)).Length;
        var rest = new FileInfo(sideCar.Path).Length - bits;
        Assert.InRange(forecast.SideCarBytes!.Value - 14 - rest, 0, 8);
    }

    [Fact]
    public void A_time_follows_from_bytes_hashes_and_arithmetic()
    {
        using var temp = new TempFolder();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        var forecast = Merger.Forecast(request);
        var time = forecast.Time!;
        // Two layers of 504 weights change, by updates of rank 4.
        Assert.Equal(2 * 504 * (4 + ForecastTime.OfAWeight), time.MultiplyAdds);
        Assert.Equal(forecast.BytesRead + (2 * 504 * 2) + forecast.SideCarBytes!.Value + FolderManifest.Read(temp.PathTo("a")).Files.Sum(f => f.Size), time.BytesHashed);
        double Disk(ForecastSpeed speed) => (forecast.BytesRead + forecast.BytesWritten) / speed.DiskBytes;
        double Work(ForecastSpeed speed) => ((time.BytesHashed / speed.HashedBytes) + (time.MultiplyAdds / speed.MultiplyAdds)) / time.Threads;
        Assert.Equal(time.Fast.StartSeconds + Math.Max(Disk(time.Fast), Work(time.Fast)), time.LeastSeconds, 1e-3);
        Assert.Equal(time.Slow.StartSeconds + Disk(time.Slow) + Work(time.Slow), time.MostSeconds, 1e-3);
    }

    [Fact]
    public void A_device_of_Torch_takes_its_library_and_blocks_and_has_no_time_that_was_measured()
    {
        using var temp = new TempFolder();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        using var small = TorchDevice.Open("torch-cpu", 1 << 20, request.Threads);
        using var large = TorchDevice.Open("torch-cpu", 1 << 30, request.Threads);
        var (cpu, few, many) = (Merger.Forecast(request), Merger.Forecast(request with { Device = small }), Merger.Forecast(request with { Device = large }));
        Assert.Equal(cpu.MemoryBytes + small.LibraryBytes + (1 << 20), few.MemoryBytes);
        // A block of 1 MiB of bfloat16, twelve doubles a weight, on two threads: what more is allowed is not taken.
        Assert.Equal(cpu.MemoryBytes + large.LibraryBytes + (2L * (1 << 19) * 12 * sizeof(double)), many.MemoryBytes);
        Assert.All([few, many], f => Assert.True(f is { DeviceBytes: null, Time: null }));
    }

    [Fact]
    public void What_earlier_merges_left_is_forecast_too()
    {
        using var temp = new TempFolder();
        var first = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("once"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        Merger.Merge(first);
        var second = TinyModel.Request(first.Output, temp.PathTo("twice"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("b"), 2)));
        var left = FolderManifest.Read(Path.Combine(first.Output, "loragate")).Files.Sum(f => f.Size);
        Assert.Equal(left, Merger.Forecast(second).BytesWritten - Merger.Forecast(second with { Base = first.Base }).BytesWritten);
        Merger.Merge(second);
        Assert.Equal(left, FolderManifest.Read(temp.PathTo("twice", "loragate", "earlier")).Files.Sum(f => f.Size));
    }

    [Fact]
    public void An_adapter_of_all_linear_layers_merges_by_what_its_file_holds()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16);
        var named = TinyModel.Request(source, temp.PathTo("named"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        var all = TinyModel.Request(source, temp.PathTo("all"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("b"), config: c => c["target_modules"] = JsonValue.Create("all-linear"))));
        Assert.Equal(Merger.Merge(named).Output.WeightsDigest, Merger.Merge(all).Output.WeightsDigest);
    }
}
