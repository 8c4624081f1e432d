"""Named arrays, written in each of the formats."""

import h5py
import numpy as np
import scipy.io


class Held:
    """Variables, and how they are written."""

    def __init__(self, kind, truth, rng):
        self.kind, self.truth, self.rng = kind, truth, rng
        self.right, self.must, self.options, self.unchecked = truth.as_dict(), True, {}, False
        self.held = {"rates": truth.rates.copy(), "dt": truth.dt, "rate_unit": "Hz",
                     "conditions": list(truth.names)}
        if truth.outputs is not None:
            self.held["outputs"] = truth.outputs.copy()
        if kind == "npy":
            self.held = {"rates": truth.rates.copy()}
            self.options = {"dt": truth.dt, "rate_unit": "Hz", "conditions": truth.names}
            self.right["outputs"] = None
        self.compressed, self.fortran = rng.random() < 0.5, False

    def refuse(self):
        self.right, self.must = None, False

    def spot(self):
        return tuple(self.rng.integers(size) for size in self.held["rates"].shape)

    def write(self, path):
        getattr(self, f"_{self.kind}")(path)

    def _npy(self, path):
        array = self.held["rates"]
        np.save(path, np.asfortranarray(array) if self.fortran else array)

    def _npz(self, path):
        held = {
            name: np.asfortranarray(value) if self.fortran and np.ndim(value) else value
            for name, value in self.held.items()
        }
        held = {name: np.array(value, dtype=object) if isinstance(value, dict) else value
                for name, value in held.items()}
        (np.savez_compressed if self.compressed else np.savez)(path, **held)

    def _mat5(self, path):
        held = {
            name: np.array(value, dtype=object) if isinstance(value, list) else value
            for name, value in self.held.items()
        }
        scipy.io.savemat(path, held, do_compression=bool(self.compressed),
                         oned_as="row" if self.fortran else "column", long_field_names=True)

    def _mat73(self, path):
        with h5py.File(path, "w", userblock_size=512) as file:
            for name, value in self.held.items():
                self._matlab(file, name, value)
        with open(path, "r+b") as stream:
            stream.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")

    def _matlab(self, file, name, value):
        def text(where, letters):
            file[where] = np.array([[ord(c)] for c in letters], dtype=np.uint16)
            file[where].attrs["MATLAB_class"] = np.bytes_("char")
            return file[where].ref

        if isinstance(value, dict):
            for part, inner in value.items():
                self._matlab(file, f"{name}/{part}", inner)
            file[name].attrs["MATLAB_class"] = np.bytes_("struct")
        elif isinstance(value, str):
            text(name, value)
        elif isinstance(value, list):
            refs = [text(f"#refs#/{name}{i}", item) for i, item in enumerate(value)]
            file.create_dataset(name, data=np.array([refs]).T, dtype=h5py.ref_dtype)
            file[name].attrs["MATLAB_class"] = np.bytes_("cell")
        else:
            value = np.asarray(value)
            array = np.atleast_2d(value).T
            if array.size == 0:
                file[name] = np.array(np.atleast_2d(value).shape, dtype=np.uint64)
                file[name].attrs["MATLAB_empty"] = np.uint8(1)
            elif np.iscomplexobj(array):
                kind = [("real", "f8"), ("imag", "f8")]
                file[name] = np.ascontiguousarray(array).view(kind).reshape(array.shape)
            else:
                options = {"compression": "gzip"} if self.compressed and array.size > 1 else {}
                file.create_dataset(name, data=array, **options)
            file[name].attrs["MATLAB_class"] = np.bytes_("double")

    def _hdf5(self, path):
        def put(group, held):
            for name, value in held.items():
                if isinstance(value, dict):
                    put(group.create_group(name), value)
                elif isinstance(value, (list, str)):
                    group[name] = value
                else:
                    zipped = self.compressed and np.size(value) > 1
                    group.create_dataset(name, data=value, **(
                        {"compression": "gzip", "fletcher32": True} if zipped else {}))

        with h5py.File(path, "w") as file:
            put(file, self.held)
